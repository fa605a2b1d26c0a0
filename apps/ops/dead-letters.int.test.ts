import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers as newHeaders, nanos, type NatsConnection } from '@nats-io/transport-node'
import { streams, subjects } from '#shared/contracts'
import { Log } from '#shared/logging'
import { deadLetterHeaders, NatsClient, natsSettings, Publisher } from '#shared/messaging'
import { DeadLetterStream, RunAgain, Runs, type KeptLetter } from '#shared/operations'
import { notifyError } from '../../testing/simulators/index.js'
import { BareClient } from '../../test/support/bare-client.js'
import { claimIds, people, pendingTask, rowId, settledClaimant } from '../../test/support/claim-rows.js'
import { messageIdOf } from '../../test/support/message-ids.js'
import { insertRows, readRows } from '../../test/support/rows.js'
import { noNats, runOps } from '../../test/support/run-ops.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

let system: System
const clients: NatsClient[] = []
let client: BareClient
let connection: NatsConnection

beforeAll(async () => {
  system = await System.start({
    services: ['task-relay', 'notifier'],
    // Where a message was published is written down later, and may be while its run is under way again: it then counts as
    // published, and is looked for once it has been quiet.
    env: { RELAY_QUIET_SECONDS: '2' },
  })
  // What these tests change and delete is to stay so.
  await system.stopProvisioning()
  client = await BareClient.connect(system.nats.url)
  connection = await connect({ servers: system.nats.url, tls: null })
}, 120_000)
afterAll(async () => {
  for (const client of clients) await client.close()
  await client.close()
  await connection.close()
  await system.stop()
})

const ops = (line: string, more = {}) =>
  runOps(`dead-letters ${line}`, { ...system.database.env, ...system.nats.envOf('ops'), ...more })
const json = async <T>(line: string): Promise<T> => {
  const { code, out, err } = await ops(`${line} --json`)
  expect({ code, err, lines: out.length }).toEqual({ code: 0, err: [], lines: 1 })
  return JSON.parse(out[0] ?? '') as T
}
const messageId = (n: number, run = 1) => messageIdOf('IntSchema', emailTask(n), run)
const emailTask = (n: number) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    AdditionalData: people(n).visitor.EmailAddress,
    ClaimId: claimIds(n).ClaimId - 1,
  })
const emailsOf = (n: number) =>
  system.simulators.notify.calls.filter(
    ({ personalisation }) => personalisation.reference === claimIds(n).Reference,
  )
const refusal = { kind: 'status', status: 400, body: notifyError(400, 'BadRequestError', 'no') } as const

async function letters(): Promise<{ sequence: number; messageId: string }[]> {
  return (await json<{ letters: { sequence: number; messageId: string }[] }>('list --limit 100')).letters
}
const letterOf = async (id: string) =>
  (await letters()).find((letter) => letter.messageId === id)?.sequence ?? 0

async function taskStatus(n: number): Promise<unknown> {
  const rows = (await readRows(system.connection, ['IntSchema.Task']))['IntSchema.Task'] ?? []
  return rows.find(({ TaskId }) => TaskId === rowId.task(n))?.Status
}
const untilTask = (n: number, status: string) =>
  until(`task ${n} is ${status}`, async () => (await taskStatus(n)) === status)

/** An email that Notify refuses: its task has failed, and there is a dead letter. */
async function refusedEmail(n: number): Promise<number> {
  system.simulators.notify.misbehave(refusal)
  await insertRows(system.connection, { ...settledClaimant(n), 'IntSchema.Task': [emailTask(n)] })
  await untilTask(n, 'FAILED')
  system.simulators.notify.behaveWell()
  return letterOf(messageId(n))
}

/** The steps of a retry, to be taken apart. */
async function steps() {
  const nats = new NatsClient(natsSettings(system.nats.envOf('ops')), 'ops', Log.create('ops', 'silent'))
  await nats.connect()
  clients.push(nats)
  const publisher = new Publisher(nats, 'hwpv/ops', system.clock, Log.create('ops', 'silent'))
  const runs = new Runs(system.connection, system.clock)
  const runAgain = new RunAgain(runs, system.connection, nats, publisher, system.clock)
  const toRun = ({ letter, message }: KeptLetter) => ({
    ...{ id: letter.messageId, consumer: letter.consumer, occasion: String(letter.sequence) },
    original: { subject: letter.subject, data: message.data, headers: message.headers },
  })
  return { runAgain, toRun, stream: new DeadLetterStream(nats) }
}

describe('a dead letter', () => {
  it('is found, understood and retried: one email under the same id, and the letter is gone', async () => {
    const sequence = await refusedEmail(1)
    const { Reference } = claimIds(1)
    const { out } = await ops(`list --reference ${Reference.toLowerCase()} --consumer send-email`)
    expect(out[0]).toMatch(/^NUMBER +AGE +CONSUMER +REASON +DELIVERIES +REFERENCE +MESSAGE$/)
    expect(out[1]).toMatch(
      new RegExp(`^ +${sequence} +\\d+s +send-email .+ 1 +${Reference} +${messageId(1)}$`),
    )

    const shown = (await ops(`show ${sequence}`)).out.join('\n')
    expect(shown).toContain('task status  FAILED')
    expect(shown).toContain(`"reference":"${Reference}"`)
    expect(shown).not.toContain(people(1).visitor.EmailAddress)

    expect((await ops(`retry ${sequence} --dry-run`)).out).toEqual([
      `dead letter ${sequence} (${messageId(1)}): retried`,
      'would be: 1 retried',
    ])
    expect([await taskStatus(1), await letterOf(messageId(1))]).toEqual(['FAILED', sequence])

    expect(await ops(`retry ${sequence}`)).toEqual({
      code: 0,
      out: [`dead letter ${sequence} (${messageId(1)}): retried`, '1 retried'],
      err: [],
    })
    await untilTask(1, 'COMPLETE')
    expect(emailsOf(1).map(({ reference }) => reference)).toEqual([messageId(1)])
    expect(await ops(`show ${sequence}`)).toEqual({
      code: 1,
      out: [],
      err: [`ops dead-letters: there is no dead letter ${sequence}`],
    })
  })

  it('of an email that got through after all is retried without a second one', async () => {
    const { notify } = system.simulators
    // The answer is lost, and the question whether it arrived is refused.
    notify.misbehave({ kind: 'answer-lost', when: { times: 1 } })
    const sequence = await refusedEmail(2)
    expect(emailsOf(2)).toHaveLength(1)
    await ops(`retry ${sequence}`)
    await untilTask(2, 'COMPLETE')
    expect(emailsOf(2)).toHaveLength(1)
  })

  it('whose retry died after the first step is published by the relay, and dropped by the next retry', async () => {
    const manager = await jetstreamManager(connection)
    const window = (ms: number) =>
      manager.streams.update(streams.notifications.name, { duplicate_window: nanos(ms) })
    // Else the stream takes what the relay publishes for the first publication, for two minutes.
    await window(1_000)
    const sequence = await refusedEmail(3)
    const { runAgain, toRun, stream } = await steps()
    const judged = await runAgain.judge((await stream.get([sequence])).map(toRun))
    expect(await runAgain.reopen(judged)).toHaveLength(1)
    expect(await taskStatus(3)).toBe('IN-PROGRESS')

    await untilTask(3, 'COMPLETE')
    await window(120_000)
    expect((await ops(`retry ${sequence}`)).out.at(-1)).toBe('1 done-already')
    expect(await letterOf(messageId(3))).toBe(0)
    expect(emailsOf(3)).toHaveLength(1)
  })

  it('whose retry died before the letter was deleted is retried again without a second email', async () => {
    const sequence = await refusedEmail(4)
    const { runAgain, toRun, stream } = await steps()
    const ready = await runAgain.reopen(await runAgain.judge((await stream.get([sequence])).map(toRun)))
    for (const each of ready) await runAgain.publish(each)
    expect((await ops(`retry ${sequence}`)).code).toBe(0)
    await untilTask(4, 'COMPLETE')
    await system.answered(streams.notifications.name)
    expect(emailsOf(4)).toHaveLength(1)
    expect(await letterOf(messageId(4))).toBe(0)
  })

  it('of a run that a later one has followed is left undone, and dropped', async () => {
    const first = await refusedEmail(5)
    const { db } = system.connection
    system.simulators.notify.misbehave(refusal)
    await db
      .updateTable('IntSchema.Task')
      .set({ Status: 'PENDING' })
      .where('TaskId', '=', rowId.task(5))
      .execute()
    await until('the second run has failed', async () => (await letterOf(messageId(5, 2))) > 0)
    await untilTask(5, 'FAILED')
    system.simulators.notify.behaveWell()

    const result = await json<object>(`retry --reference ${claimIds(5).Reference}`)
    expect(result).toMatchObject({ dryRun: false, outcomes: { superseded: 1, retried: 1 } })
    expect(result).toMatchObject({ letters: [{ sequence: first, outcome: 'superseded' }, {}] })
    await untilTask(5, 'COMPLETE')
    expect(emailsOf(5).map(({ reference }) => reference)).toEqual([messageId(5, 2)])
  })

  it('of a message published directly, without an id, is retried under the one it was known by', async () => {
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(6)
    const body = { reference, eligibilityId, claimId: claimIds(6).ClaimId - 1 }
    const { seq } = await client.publish(subjects.notifyClaimSubmitted, body)
    const isLetter = ({ messageId: id }: { messageId: string }) => id.startsWith(`NOTIFICATIONS.${seq}.`)
    await until('it is a dead letter', async () => (await letters()).some(isLetter))
    const id = (await letters()).find(isLetter)?.messageId
    await insertRows(system.connection, settledClaimant(6))
    expect((await ops(`retry --reference ${reference}`)).out.at(-1)).toBe('1 retried')
    await until('the email is sent', () => emailsOf(6).length > 0)
    await system.answered(streams.notifications.name)
    expect(emailsOf(6).map((email) => email.reference)).toEqual([id])
  })

  it('of a job lets its run go on', async () => {
    const id = 'schedule.daily.2026-11-21'
    await insertRows(system.connection, {
      'AsyncSchema.JobRun': [
        {
          ...{ Consumer: 'mark-overpayments', MessageId: id, RunDate: '2026-11-21', Stage: 0, LastKey: 400 },
          ...{
            RowsChanged: 400,
            State: 'FAILED',
            LastReason: 'timed-out',
            DateStarted: '2026-11-21 04:30:00',
          },
          ...{ DateLastHeard: '2026-11-21 04:30:00', DateEnded: '2026-11-21 05:00:00' },
        },
      ],
    })
    await client.publish('dead-letters.mark-overpayments', { date: '2026-11-21' }, letterHeaders(id))
    await json('retry --consumer mark-overpayments')
    const [run] = (await readRows(system.connection, ['AsyncSchema.JobRun']))['AsyncSchema.JobRun'] ?? []
    expect(run).toMatchObject({ State: 'RUNNING', LastKey: 400 })
    expect(run).not.toHaveProperty('DateEnded')
    const [event] = await client.read(streams.schedule.name)
    expect(event).toMatchObject({ subject: subjects.scheduleDaily, body: '{"date":"2026-11-21"}' })
    expect(event?.headers).toEqual({
      'ce-id': id,
      'Nats-Msg-Id': expect.stringMatching(/^schedule.daily.2026-11-21.retry.\d+\.\d+$/),
    })
  })

  it('that breaks its contract is shown by its size alone, unless its body is asked for', async () => {
    const body = '{"reference":"Chloé Tregothnan"'
    await client.publish(subjects.notifyClaimAccepted, body, { 'Nats-Msg-Id': 'outsider' })
    await until('it is a dead letter', async () => (await letterOf('outsider')) > 0)
    const sequence = await letterOf('outsider')
    const told = [await ops('list'), await ops(`show ${sequence}`), await ops(`show ${sequence} --json`)]
    expect(told.flatMap(({ out }) => out).join()).not.toContain('Tregothnan')
    expect(told[1]?.out.join('\n')).toContain('32 bytes that break the contract')
    expect((await ops(`show ${sequence} --raw`)).out.at(-1)).toBe(body)
    expect((await ops(`discard ${sequence} --dry-run`)).out).toEqual(['would be discarded: 1'])
    expect((await ops(`discard ${sequence}`)).out).toEqual(['discarded: 1'])
    expect(await letterOf('outsider')).toBe(0)
  })
})

const letterHeaders = (id: string) => ({
  'ce-id': id,
  [deadLetterHeaders.consumer]: 'mark-overpayments',
  [deadLetterHeaders.reason]: 'timed-out',
  [deadLetterHeaders.subject]: subjects.scheduleDaily,
})

it('a dead letter that somebody else put there, or that is not whole, stays', async () => {
  const whole = newHeaders()
  const cut = newHeaders()
  cut.set(deadLetterHeaders.subject, subjects.scheduleDaily)
  cut.set('ce-id', 'cut-short')
  cut.set(deadLetterHeaders.cutFrom, '60000')
  const anothers = newHeaders()
  anothers.set(deadLetterHeaders.subject, subjects.schedulePaymentRun)
  anothers.set('ce-id', `${subjects.schedulePaymentRun}.2024-03-13`)
  for (const [headers, body] of [
    [whole, '{'],
    [cut, '{'],
    [anothers, '{"date":"2024-03-13"}'],
  ] as const)
    await jetstream(connection).publish('dead-letters.mark-overpayments', body, { headers })
  const { outcomes } = await json<{ outcomes: object }>('retry --consumer mark-overpayments')
  expect(outcomes).toEqual({ 'origin-unknown': 2, 'not-whole': 1 })
  expect((await ops('discard --consumer mark-overpayments')).out.at(-1)).toContain('3')
})

describe('what cannot be done', () => {
  it.each([
    ['', 2, 'what is to be done: list, show, retry, readdress, discard?'],
    ['retry', 2, 'which dead letters: numbers, a filter or --all'],
    ['discard', 2, 'which dead letters'],
    ['retry 1 --all', 2, '--all, or which ones: not both'],
    ['retry 1 --reason x', 2, 'either numbers or a filter'],
    ['retry seven', 2, 'the number of a dead letter is a whole number from 1'],
    ['list --consumer=', 2, '--consumer is empty'],
    ['list --reference=', 2, '--reference is empty'],
    ['list --reason=', 2, '--reason is empty'],
    ['list --consumer postman', 2, 'there is no handler postman: one of '],
    ['list --consumer toString', 2, 'there is no handler toString'],
    ['list --older-than 3', 2, '--older-than is an age such as 90s, 15m, 2h or 3d'],
    ['list --newer-than=', 2, '--newer-than is an age'],
    ['list --older-than 3d --newer-than 2d', 2, 'nothing is older than'],
    ['list --limit 0', 2, '--limit is a whole number from 1'],
    ['list --all', 2, '--all is not for list'],
    ['show', 2, 'the number of one dead letter'],
    ['show 1 --dry-run', 2, '--dry-run is not for show'],
    ['show 99999', 1, 'there is no dead letter 99999'],
    ['retry 99999', 1, 'there is no dead letter 99999'],
    ['retry --older-than 30d', 1, 'no dead letter is meant by that'],
    ['list --reason never-heard-of', 1, 'no dead letter is meant by that'],
  ])('"%s" is told in one line', async (args, code, reason) => {
    const answer = await ops(args)
    expect({ code: answer.code, out: answer.out }).toEqual({ code, out: [] })
    expect(answer.err).toEqual([expect.stringContaining(reason)])
    expect(answer.err[0]).not.toContain('\n')
  })

  it('a server that is away', async () => {
    const away = await ops('list', noNats)
    expect(away).toEqual({ code: 1, out: [], err: [expect.stringContaining('NATS cannot be reached')] })
  })
})

describe('thousands of dead letters', () => {
  const count = 4_000

  it('are listed, dry run and discarded in pages', async () => {
    const publisher = jetstream(connection)
    const headers = newHeaders()
    for (const [name, value] of Object.entries(letterHeaders('x'))) headers.set(name, value)
    for (let start = 0; start < count; start += 1_000)
      await Promise.all(
        Array.from({ length: 1_000 }, () =>
          publisher.publish('dead-letters.mark-overpayments', '{}', { headers }),
        ),
      )
    const { out } = await ops('list --consumer mark-overpayments --limit 3')
    expect(out.at(-1)).toBe(`the newest 3 of ${count}: --limit shows more`)
    expect(await json('retry --consumer mark-overpayments --dry-run')).toMatchObject({
      outcomes: { retried: count },
      cut: true,
    })
    expect(await json('discard --reason timed-out')).toMatchObject({ discarded: count, cut: true })
    expect((await ops('list --reason timed-out')).code).toBe(1)
  }, 120_000)
})

it('a server without the stream is told in one line, and gets none', async () => {
  const manager = await jetstreamManager(connection)
  await manager.streams.delete(streams.deadLetters.name)
  expect(await ops('retry --all')).toEqual({
    ...{ code: 1, out: [] },
    err: ['ops dead-letters: there is no stream DEAD_LETTERS on this server'],
  })
  expect(await manager.streams.names().next()).not.toContain(streams.deadLetters.name)
})
