import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scheduleMessageId, slotOfTime, subjects } from '#shared/contracts'
import { seededPrisons } from '#shared/database'
import { jobSubjects } from '#shared/jobs'
import { BareClient } from './support/bare-client.js'
import { submit } from './support/claim-cases.js'
import { claimIds, repeatClaim, rowId } from './support/claim-rows.js'
import { baseSettings } from './support/environment.js'
import { both, edit, remove, set } from './support/row-sets.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { allow, refuse, type RefusedChange } from './support/refused-changes.js'
import { until } from './support/until.js'

/** A Wednesday in office hours. */
const clock = '2024-03-13 11:30:00'
const metres = 30_000
const changes: Readonly<Record<string, string>> = {
  // Claims for visits there are not approved by the services.
  altcourse: 'altcourse,Altcourse,GSY,GY1 1AA',
  leeds: 'leeds,HMP Leeds,ENG/WAL,LS12 9ZZ',
}
const register = `name,display_name,region,postcode\n${seededPrisons
  .map((prison) => changes[prison[0]] ?? prison.join())
  .join('\n')}\n`

/** By the list of before the import, all of it; and by the one of after it. */
const before = { postcode: 'L9 7LH', status: 'AUTO-APPROVED' }
const after = { postcode: 'GY1 1AA', status: 'NEW' }

/** A trusted claimant's, who went by car: as much as was approved the last time. */
const byCar = (n: number) => {
  const [first, second] = [{ ClaimExpenseId: rowId.expense(n, 1) }, { ClaimExpenseId: rowId.expense(n, 2) }]
  return edit(repeatClaim(n), {
    'IntSchema.ClaimExpense': set({ ExpenseType: 'car', ApprovedCost: 7.46 }, { ExpenseType: 'train' }),
    'ExtSchema.ClaimExpense': both(set({ ExpenseType: 'car', Cost: 0 }, first), remove(second)),
  })
}

describe('a claim that is costed and judged while the prison register is imported', () => {
  let system: System
  beforeAll(async () => {
    system = await System.start({ clock, services: ['task-relay', 'dwp-checker', 'register-importer'] })
    system.simulators.directions.setAnswers({ metres })
    system.simulators.s3.put(baseSettings.AWS_S3_BUCKET_NAME ?? '', 'registers/prisons.csv', register)
  }, 180_000)
  afterAll(() => system.stop())

  const db = () => system.connection.db
  const operator = async (line: string) => {
    const { code, err } = await runOps(line, { ...system.database.env, ...system.nats.envOf('ops') })
    expect({ line, code, err }).toEqual({ line, code: 0, err: [] })
  }
  const taken = async (): Promise<string[]> => {
    const rows = await db()
      .selectFrom('AsyncSchema.PrisonChange')
      .select('Name')
      .where('IsTaken', '=', true)
      .orderBy('Name')
      .execute()
    return rows.map(({ Name }) => Name)
  }

  /** With a service that has just started, and remembers no list. */
  async function costed(n: number): Promise<typeof before> {
    await system.startService('claim-completer')
    await submit(system, byCar(n))
    const { Reference, ClaimId } = claimIds(n)
    await until('it is judged', async () => {
      const judged = await db()
        .selectFrom('AsyncSchema.Outbox')
        .select('State')
        .where('Subject', '=', subjects.claimApprovalDue)
        .where('Body', 'like', `%"${Reference}"%`)
        .execute()
      return judged.map(({ State }) => State).join() === 'DONE'
    })
    await system.stopService('claim-completer')
    const { Status, ToPostCode } = await db()
      .selectFrom('IntSchema.Claim as c')
      .innerJoin('IntSchema.ClaimExpense as e', 'e.ClaimId', 'c.ClaimId')
      .select(['c.Status', 'e.ToPostCode'])
      .where('c.ClaimId', '=', ClaimId)
      .executeTakeFirstOrThrow()
    const asked = system.simulators.directions.calls.at(-1)?.destination
    expect(ToPostCode).toBe(asked)
    return { postcode: ToPostCode ?? '', status: Status }
  }

  it('goes by one list: that of before, until all of the other is taken over', async () => {
    const half: RefusedChange = {
      ...{ name: 'Half', change: 'update', table: 'AsyncSchema.PrisonChange' },
      when: (column) => `${column('Name')} = 'leeds' and ${column('IsTaken')} = 1`,
    }
    await refuse(system.connection, half)
    await operator('pause report-prison-register --yes')
    const due = new Date(Date.UTC(2024, 2, 13, 11))
    const id = scheduleMessageId(jobSubjects['prison-register'], slotOfTime(due))
    const client = await BareClient.connect(system.nats.url)
    await client.publish(
      jobSubjects['prison-register'],
      { due: due.toISOString() },
      { 'ce-id': id, 'Nats-Msg-Id': id },
    )
    await client.close()
    await until('one of two is taken in', async () => (await taken()).join() === 'altcourse')
    expect(await costed(1)).toEqual(before)
    await allow(system.connection, half)
    await until('both are taken in', async () => (await taken()).join() === 'altcourse,leeds', 40_000)
    expect(await costed(2)).toEqual(before)
    await operator('resume report-prison-register --yes')
    await until('the import is over', async () => {
      const [flow] = await db().selectFrom('AsyncSchema.Flow').select('State').execute()
      return flow?.State === 'DONE'
    })
    expect(await costed(3)).toEqual(after)
  }, 120_000)
})
