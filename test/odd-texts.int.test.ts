import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { columnsOf, type TableName } from '#shared/database'
import { claimOfKind, submit, type SubmittedClaim } from '../testing/simulators/external-web-app/index.js'
import { onServer } from './support/on-server.js'
import { System } from './support/system.js'

const clock = '2026-11-18 13:30:00'
/** `Zo`, a byte that is no character, `ë` in another encoding. */
const noText = sql`cast(x'5a6fff61eb' as text)`
const tables = [
  'ExtSchema.Visitor',
  'ExtSchema.Prisoner',
  'ExtSchema.Eligibility',
  'ExtSchema.Claim',
  'ExtSchema.ClaimExpense',
  'ExtSchema.ClaimBankDetail',
  'ExtSchema.ClaimDocument',
  'ExtSchema.ClaimChild',
  'ExtSchema.ClaimEscort',
  'ExtSchema.Task',
] as const satisfies readonly TableName[]
/** What says which claim a row is about. */
const places = tables.flatMap((table) =>
  Object.entries(columnsOf(table))
    .filter(([name, { kind }]) => kind !== 'int' && kind !== 'bigint' && !/Id$|^Reference$/.test(name))
    .map(([name]) => ({ table, name })),
)

// SQL Server's columns hold what their types say.
const onFiles = describe.skipIf(onServer)

onFiles('a text that is no text, in any column of what a web app hands over', () => {
  let system: System
  let number = 0

  beforeAll(async () => {
    system = await System.start({ clock })
  }, 120_000)
  afterAll(() => system.stop())

  const next = (): SubmittedClaim =>
    claimOfKind(number % 2 ? 'first-time' : 'first-time-car', ++number, `${clock}.000`)

  it('ends no process, holds nobody up, and each that cannot be done fails alone', async () => {
    await system.stopService('task-relay')
    const bad = places.map((place) => ({ ...place, claim: next() }))
    await submit(
      system.connection,
      bad.map(({ claim }) => claim),
      { clock: system.clock },
    )
    for (const { table, name, claim } of bad) {
      const by = 'ClaimId' in columnsOf(table) ? 'ClaimId' : 'EligibilityId'
      await system.connection.db
        .updateTable(table as 'ExtSchema.Claim')
        .set({ [name]: noText } as never)
        .where(by as 'ClaimId', '=', by === 'ClaimId' ? claim.claimId : claim.eligibilityId)
        .execute()
    }
    const good = next()
    await submit(system.connection, [good], { clock: system.clock })
    await system.startService('task-relay')
    await system.settled(60_000)
    const { db } = system.connection
    const { Status } = await db
      .selectFrom('IntSchema.Claim')
      .select('Status')
      .where('ClaimId', '=', good.claimId)
      .executeTakeFirstOrThrow()
    expect(Status).toBe('NEW')
    const failed = await db
      .selectFrom('AsyncSchema.Outbox')
      .select('LastReason')
      .where('State', '<>', 'DONE')
      .execute()
    expect(new Set(failed.map(({ LastReason }) => LastReason))).toEqual(
      new Set(['unknown-task', 'task-row-incomplete', 'dwp-text-unsendable', 'notify-address-unsendable']),
    )
  }, 120_000)
})
