import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { streams, subjects, taskKey, taskMessageId } from '#shared/contracts'
import { notifyError } from '../testing/simulators/index.js'
import { BareClient } from './support/bare-client.js'
import { emailsSent, runAgain, runsOf, submit } from './support/claim-cases.js'
import {
  claimIds,
  earlierClaimId,
  people,
  pendingTask,
  rowId,
  settledClaimant,
} from './support/claim-rows.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const { name: stream } = streams.notifications
const refusal = { kind: 'status', status: 400, body: notifyError(400, 'BadRequestError', 'no') } as const

let system: System
let client: BareClient
let connection: NatsConnection
let manager: JetStreamManager

beforeAll(async () => {
  system = await System.start({ services: ['task-relay', 'notifier'] })
  client = await BareClient.connect(system.nats.url)
  connection = await connect({ servers: system.nats.url, tls: null })
  manager = await jetstreamManager(connection)
}, 120_000)
afterAll(async () => {
  await client.close()
  await connection.close()
  await system.stop()
})

const ops = (line: string) => runOps(line, { ...system.database.env, ...system.nats.envOf('ops') })
const about = (n: number) => ({
  ...{ reference: claimIds(n).Reference, eligibilityId: claimIds(n).EligibilityId },
  claimId: earlierClaimId(n),
})
const addressOf = (n: number) => people(n).visitor.EmailAddress
const emailTask = (n: number, columns: object = {}) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    ...{ ClaimId: earlierClaimId(n), AdditionalData: addressOf(n), ...columns },
  })
/** The addresses that heard of a reference. */
const heard = (n: number) =>
  emailsSent(system, claimIds(n).Reference).map((line) => line.split(' ').at(-1) ?? '')

async function lettersOf(n: number): Promise<number> {
  const bodies = (await client.read(streams.deadLetters.name)).map(({ body }) => body)
  return bodies.filter((body) => body.includes(claimIds(n).Reference)).length
}
const statusOf = async (n: number) =>
  (
    await system.connection.db
      .selectFrom('IntSchema.Task')
      .select('Status')
      .where('TaskId', '=', rowId.task(n))
      .executeTakeFirst()
  )?.Status

/** A service that starts again after somebody took something of the broker away. */
async function withoutNotifier(work: () => Promise<unknown>): Promise<void> {
  await system.stopService('notifier')
  await work()
  await system.startService('notifier')
  await system.answered(stream)
}
const consumerMadeAnew = () => withoutNotifier(() => manager.consumers.delete(stream, 'send-email'))

describe('a message published directly', () => {
  it('without an id is no earlier one’s repeat, in a stream that was made anew', async () => {
    await submit(system, settledClaimant(1), settledClaimant(2))
    await withoutNotifier(() => manager.streams.delete(stream))
    const first = await client.publish(subjects.notifyClaimSubmitted, about(1))
    await until('the first is sent', () => heard(1).length > 0)
    await system.answered(stream)
    await withoutNotifier(() => manager.streams.delete(stream))
    const second = await client.publish(subjects.notifyClaimSubmitted, about(2))
    expect(second.seq).toBe(first.seq)
    await system.answered(stream)
    expect([heard(1), heard(2)]).toEqual([[addressOf(1)], [addressOf(2)]])
  })

  it.each([
    [3, 'Xa1', 'XA1'],
    [5, 'zoë', 'zoe'],
    [7, 'long '.repeat(60), 'LONG '.repeat(60)],
    [9, 'IntSchema.Task.1.1', 'intschema.task.1.1'],
  ])('is not taken for another one with nearly the same id (%#)', async (n, one, other) => {
    await submit(system, settledClaimant(n), settledClaimant(n + 1))
    for (const [place, id] of [one, other].entries())
      await client.publish(subjects.notifyClaimSubmitted, about(n + place), { 'ce-id': id })
    await system.answered(stream)
    // And each is known again by its own.
    for (const [place, id] of [one, other].entries())
      await client.publish(subjects.notifyClaimSubmitted, about(n + place), { 'ce-id': id })
    await system.answered(stream)
    expect([heard(n), heard(n + 1)]).toEqual([[addressOf(n)], [addressOf(n + 1)]])
  })

  it.each([
    [31, 'ce-id'],
    [33, 'Nats-Msg-Id'],
  ])(
    'with the id that a Task row’s message will have keeps nobody from that one (%i, %s)',
    async (n, name) => {
      await submit(system, settledClaimant(n), settledClaimant(n + 1))
      await system.stopService('task-relay')
      await submit(system, { 'IntSchema.Task': [emailTask(n)] })
      const row = await system.connection.db
        .selectFrom('IntSchema.Task')
        .select(['Task', 'Reference', 'EligibilityId', 'ClaimId', 'DateCreated'])
        .where('TaskId', '=', rowId.task(n))
        .executeTakeFirstOrThrow()
      const run = { schema: 'IntSchema', taskId: rowId.task(n), run: 1, key: taskKey(row) } as const
      await client.publish(subjects.notifyClaimSubmitted, about(n + 1), { [name]: taskMessageId(run) })
      await system.answered(stream)
      await system.startService('task-relay')
      await system.settled()
      expect([heard(n), heard(n + 1)]).toEqual([[addressOf(n)], [addressOf(n + 1)]])
    },
  )

  it('is not done for a run of a Task row that is not in the database', async () => {
    await submit(system, settledClaimant(11))
    const task = { schema: 'IntSchema', taskId: 99, run: 1 }
    for (const named of [task, { ...task, key: '0123456789abcdef' }])
      await client.publish(subjects.notifyClaimSubmitted, { ...about(11), task: named })
    await system.answered(stream)
    expect(heard(11)).toEqual([])
    expect(await lettersOf(11)).toBe(0)
    expect(system.logLines.filter((line) => line.includes('that the database does not know'))).toHaveLength(2)
  })
})

describe('a Task row that has the number of another one', () => {
  /** What a restore to a copy of before the row does to it: nothing is left but its message. */
  async function forget(n: number): Promise<void> {
    const { db } = system.connection
    await db.deleteFrom('AsyncSchema.Outbox').where('TaskId', '=', rowId.task(n)).execute()
    await db.deleteFrom('IntSchema.Task').where('TaskId', '=', rowId.task(n)).execute()
  }
  const created = '2026-01-02 10:00:00.000'

  it('has its own message done, and to its own address alone', async () => {
    await submit(system, settledClaimant(12), settledClaimant(13))
    await withoutNotifier(async () => {
      await submit(system, { 'IntSchema.Task': [emailTask(12)] })
      await until('it is under way', async () => (await statusOf(12)) === 'IN-PROGRESS')
      await forget(12)
      await submit(system, { 'IntSchema.Task': [emailTask(13, { TaskId: rowId.task(12) })] })
      await until('the other is under way', async () => (await statusOf(12)) === 'IN-PROGRESS')
    })
    await system.settled()
    expect([heard(12), heard(13)]).toEqual([[], [addressOf(13)]])
  })

  it('is not ended by what the other one’s message comes to', async () => {
    await submit(system, settledClaimant(14))
    await withoutNotifier(async () => {
      await submit(system, { 'IntSchema.Task': [emailTask(14)] })
      await until('it is under way', async () => (await statusOf(14)) === 'IN-PROGRESS')
      await forget(14)
      await submit(system, { 'IntSchema.Task': [emailTask(14, { DateCreated: created, Status: 'ON-HOLD' })] })
    })
    expect([await statusOf(14), heard(14)]).toEqual(['ON-HOLD', []])
  })

  it('is relayed as itself where it took the place of a row under way, and people are told', async () => {
    await submit(system, settledClaimant(15), settledClaimant(16))
    await withoutNotifier(async () => {
      await submit(system, { 'IntSchema.Task': [emailTask(15)] })
      await until('it is under way', async () => (await statusOf(15)) === 'IN-PROGRESS')
      const { Reference, EligibilityId, ClaimId, AdditionalData } = emailTask(16)
      await system.connection.db
        .updateTable('IntSchema.Task')
        .set({ Reference, EligibilityId, ClaimId, AdditionalData } as never)
        .where('TaskId', '=', rowId.task(15))
        .execute()
    })
    await system.settled()
    expect([heard(15), heard(16)]).toEqual([[], [addressOf(16)]])
    expect(await runsOf(system, 'IntSchema', rowId.task(15))).toEqual([
      { State: 'FAILED', LastReason: 'task-row-changed' },
      { State: 'DONE', LastReason: null },
    ])
    expect(await lettersOf(15)).toBe(1)
  })
})

describe('what was given up', () => {
  it('stays so where its consumer is made anew, until somebody asks for it again', async () => {
    system.simulators.notify.misbehave(refusal)
    await submit(system, settledClaimant(20), settledClaimant(21), settledClaimant(22))
    await submit(system, { 'IntSchema.Task': [emailTask(20)] })
    for (const n of [21, 22]) await client.publish(subjects.notifyClaimSubmitted, about(n))
    for (const n of [20, 21, 22]) await until(`${n} is a dead letter`, async () => (await lettersOf(n)) === 1)
    system.simulators.notify.behaveWell()
    expect((await ops(`dead-letters discard --reference ${claimIds(22).Reference}`)).out).toEqual([
      'discarded: 1',
    ])
    await consumerMadeAnew()
    expect([heard(20), heard(21), heard(22)]).toEqual([[], [], []])
    expect(await statusOf(20)).toBe('FAILED')

    for (const n of [20, 21])
      expect((await ops(`dead-letters retry --reference ${claimIds(n).Reference}`)).out.at(-1)).toBe(
        '1 retried',
      )
    await system.settled()
    await system.answered(stream)
    expect([heard(20), heard(21), heard(22)]).toEqual([[addressOf(20)], [addressOf(21)], []])
    await consumerMadeAnew()
    expect([heard(20), heard(21), heard(22)]).toEqual([[addressOf(20)], [addressOf(21)], []])
  })

  it('is passed over by a replay', async () => {
    system.simulators.notify.misbehave(refusal)
    await submit(system, settledClaimant(23))
    await client.publish(subjects.notifyInformationReceived, about(23))
    await until('it is a dead letter', async () => (await lettersOf(23)) === 1)
    system.simulators.notify.behaveWell()
    const { out } = await ops(`replay --subject ${subjects.notifyInformationReceived} --from 1h --json`)
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ total: { read: 1, republished: 0 } })
  })

  it('is not what a later run has followed', async () => {
    system.simulators.notify.misbehave(refusal)
    await submit(system, settledClaimant(24), { 'IntSchema.Task': [emailTask(24)] })
    await until('it has failed', async () => (await statusOf(24)) === 'FAILED')
    system.simulators.notify.behaveWell()
    await runAgain(system, 'IntSchema', rowId.task(24))
    await until('it is done', async () => (await statusOf(24)) === 'COMPLETE')
    await consumerMadeAnew()
    expect(heard(24)).toEqual([addressOf(24)])
  })
})
