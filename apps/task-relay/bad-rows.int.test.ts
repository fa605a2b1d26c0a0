import { afterEach, describe, expect, it } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { sql } from 'kysely'
import { subjects } from '#shared/contracts'
import type { NewRow } from '#shared/database'
import { messageIdOf } from '../../test/support/message-ids.js'
import { onServer } from '../../test/support/on-server.js'
import { insertRows } from '../../test/support/rows.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

let system: System
afterEach(() => system.stop())

const start = async (): Promise<void> => {
  system = await System.start({ services: ['task-relay'], env: { RELAY_QUIET_SECONDS: '1' } })
}

const owed = (id: string, row: Partial<NewRow<'AsyncSchema.Outbox'>> = {}): NewRow<'AsyncSchema.Outbox'> => ({
  MessageId: id,
  Subject: subjects.claimApprovalDue,
  Body: JSON.stringify({ reference: 'ABC1234', eligibilityId: 1, claimId: 2 }),
  State: 'TO-PUBLISH',
  Attempts: 0,
  DateCreated: '2024-03-13 11:30:00.000',
  DateLastHeard: '2024-03-13 11:30:00.000',
  ...row,
})

async function insertOwed(rows: readonly NewRow<'AsyncSchema.Outbox'>[]): Promise<void> {
  for (let first = 0; first < rows.length; first += 50) {
    const some = rows.slice(first, first + 50)
    await system.connection.db.insertInto('AsyncSchema.Outbox').values(some).execute()
  }
}

const outboxRow = (id: string) =>
  system.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select(['OutboxId', 'StreamSequence', 'LastReason', 'DateEnded'])
    .where('MessageId', '=', id)
    .executeTakeFirst()
const untilPublished = (id: string) =>
  until(`${id} is published`, async () => ((await outboxRow(id))?.StreamSequence ?? null) !== null)

interface Line {
  readonly msg: string
  readonly row?: string
  readonly reason?: string
  readonly count?: number
}
const passedOver = (): Line[] =>
  system.logLines.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg.includes('passed over'))

describe('a row of the outbox', () => {
  it.each([
    ['whose subject nobody knows', { Subject: 'claims.of-a-newer-release' }, 'subject-unknown'],
    ['whose subject is a pattern', { Subject: 'dead-letters.>' }, 'subject-unknown'],
    ['whose body is no JSON', { Body: '{"reference":' }, 'body-unreadable'],
    ['whose body is no object', { Body: '7' }, 'body-unreadable'],
  ])('%s keeps no other from being published, and is named once', async (_, row, reason) => {
    await start()
    await insertOwed([owed('bad', row)])
    await until('it was looked at', async () => (await outboxRow('bad'))?.LastReason === reason)
    for (const id of ['first', 'second']) {
      await insertOwed([owed(id)])
      await untilPublished(id)
    }
    const { OutboxId, DateEnded } = (await outboxRow('bad')) ?? {}
    expect(DateEnded).toBeNull()
    expect(passedOver().map(({ row, reason }) => [row, reason])).toEqual([
      [`AsyncSchema.Outbox.${OutboxId}`, reason],
    ])
  })

  it('that cannot be published starves no other, however many of them were there before', async () => {
    await start()
    const tooLarge = JSON.stringify({ reference: 'x'.repeat(40_000) })
    const bad = Array.from({ length: 450 }, (_, i) => owed(`large ${i}`, { Body: tooLarge }))
    await insertOwed([...bad, owed('good', { DateLastHeard: '2024-03-13 11:30:01.000' })])
    await untilPublished('good')
    await until('all have stepped behind', async () => (await outboxRow('large 449'))?.LastReason !== null)
    const { LastReason } = (await outboxRow('large 0')) ?? {}
    expect(LastReason).toBeTruthy()
    const named = passedOver().filter(({ row }) => row !== undefined)
    expect(named.length).toBeGreaterThan(0)
    expect(named.length).toBeLessThan(200)
  })

  it('whose stream is not there keeps those of other streams from nothing', async () => {
    await start()
    const [letter] = [{ State: 'PUBLISHED', StreamSequence: 5, DatePublished: '2024-03-13 11:30:00.000' }]
    await insertOwed([
      owed('elsewhere', { ...letter, Subject: subjects.notifyClaimAccepted }),
      owed('good', letter),
    ])
    const connection = await connect({ servers: system.nats.url, tls: null })
    await (await jetstreamManager(connection)).streams.delete('NOTIFICATIONS')
    await connection.close()
    await insertOwed([owed('after')])
    await untilPublished('after')
    await untilPublished('good')
  })
})

it('a message that was published tomorrow, by a clock a day ahead, is published again today', async () => {
  await start()
  await insertOwed([owed('today')])
  await untilPublished('today')
  const first = { State: 'PUBLISHED', StreamSequence: 1, DateLastHeard: '2099-01-01 00:00:00.000' }
  await insertOwed([owed('tomorrow', { ...first, DatePublished: '2099-01-01 00:00:00.000' })])
  await until('it is published again', async () => (await outboxRow('tomorrow'))?.StreamSequence === 2)
})

describe('a Task row', () => {
  const statuses = async (): Promise<Record<string, string>> => {
    const rows = await system.connection.db
      .selectFrom('ExtSchema.Task')
      .select([sql<string>`cast(${sql.ref('TaskId')} as varchar(20))`.as('id'), 'Status'])
      .execute()
    return Object.fromEntries(rows.map(({ id, Status }) => [id, Status]))
  }
  const insert = (id: string, task: string, others = "'ABC1234', 1, 2, null") =>
    sql`insert into ${sql.table('ExtSchema.Task')} ("TaskId", "Task", "Reference", "EligibilityId", "ClaimId",
      "AdditionalData", "DateCreated", "Status") values (${sql.raw(id)}, ${sql.raw(task)}, ${sql.raw(others)},
      '2026-11-18 10:30:00', 'PENDING')`.execute(system.connection.db)
  const untilAre = (wanted: Record<string, string>) =>
    until('the rows are as they should be', async () => {
      const now = await statuses()
      return Object.entries(wanted).every(([id, status]) => now[id] === status)
    })
  const complete = "'COMPLETE-CLAIM'"

  // SQL Server's columns hold what their types say.
  const onFiles = it.skipIf(onServer)

  onFiles('that holds what no column should fails alone', async () => {
    await start()
    await insert('1', "x'ff00'")
    await insert('2', "cast(x'ff41' as text)")
    await insert('3', complete, "x'fe', 1, 2, null")
    await insert('4', complete, "cast(x'fe' as text), 1, 2, null")
    await insert('5', complete, "'ABC1234', 'one', x'02', null")
    await insert('6', complete, "'ABC1234', 1, cast(x'ff' as text), x'ff'")
    await insert('7', "replace(hex(zeroblob(5000000)), '0', 'A')")
    await insert('8', complete, "replace(hex(zeroblob(5000000)), '0', 'A'), 1, 2, null")
    await insert('9', complete, "'ABC1234', 9223372036854775807, 1.5, null")
    await insert('10', "''")
    await insert('9007199254740993', complete)
    await insert('-9007199254740993', complete)
    await insert('11', complete, "'ABC1234', 1, 2, cast(x'ff' as text)")
    await insert('12', ` ' complete-claim' || char(9) `)
    const failed = [...'123456789', '10', '9007199254740993', '-9007199254740993']
    const underWay = ['11', '12'].map((id) => [id, 'IN-PROGRESS'])
    await untilAre(
      Object.fromEntries([...failed.map((id) => [id, 'FAILED']), ...underWay]) as Record<string, string>,
    )
    const reasons = await system.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select(['TaskId', 'LastReason'])
      .where('State', '=', 'FAILED')
      .orderBy('TaskId')
      .execute()
    expect(reasons.map(({ TaskId, LastReason }) => `${TaskId} ${LastReason}`)).toEqual([
      ...['1 unknown-task', '2 unknown-task', '3 task-row-incomplete', '4 task-row-incomplete'],
      ...['5 task-row-incomplete', '6 task-row-incomplete', '7 unknown-task', '8 task-row-incomplete'],
      ...['9 task-row-incomplete', '10 unknown-task'],
    ])
  })

  onFiles(
    'that the database refuses to change is passed over, and named, and tried again',
    async () => {
      await start()
      const { db } = system.connection
      const refuse = sql`create trigger refuse before update on ExtSchema_Task when new.TaskId <= 250
      begin select raise(abort, 'no'); end`
      await refuse.execute(db)
      await sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 251)
      insert into ExtSchema_Task (TaskId, Task, Reference, EligibilityId, ClaimId, DateCreated, Status)
      select i, 'COMPLETE-CLAIM', 'ABC1234', 1, 2, '2026-11-18 10:30:00', 'PENDING' from n`.execute(db)
      await untilAre({ 251: 'IN-PROGRESS' })
      expect(await statuses()).toMatchObject({ 1: 'PENDING', 200: 'PENDING', 250: 'PENDING' })
      await until('they are named', () => passedOver().some(({ row }) => row === 'ExtSchema.Task.1'))
    },
    60_000,
  )

  it('whose message has the id of another keeps no other from being taken', async () => {
    await start()
    const waiting = { Task: 'COMPLETE-CLAIM', Reference: 'ABC1234', EligibilityId: 1, ClaimId: 2 }
    const rows = [1, 2].map((TaskId) => ({
      ...{ TaskId, ...waiting, DateCreated: '2026-11-18 10:30:00', Status: 'PENDING' },
    }))
    const [taken = ''] = rows.map((row) => messageIdOf('ExtSchema', row))
    await insertOwed([owed(taken, { DateEnded: '2024-03-13 11:30:00.000', State: 'DONE' })])
    await insertRows(system.connection, { 'ExtSchema.Task': rows })
    await untilAre({ 2: 'IN-PROGRESS' })
    expect(await statuses()).toEqual({ 1: 'PENDING', 2: 'IN-PROGRESS' })
  })
})
