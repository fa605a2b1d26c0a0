import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { OtlpReceiver, type ReceivedSpan } from '../testing/simulators/index.js'
import { claimOfKind, submit } from '../testing/simulators/external-web-app/index.js'
import { BareClient } from './support/bare-client.js'
import { dueClaims } from './support/daily-claims.js'
import { onServer } from './support/on-server.js'
import { occurring, personalTexts } from './support/personal-data.js'
import { Processes } from './support/processes.js'
import { merge } from './support/row-sets.js'
import { insertRows, type Rows } from './support/rows.js'
import { isOfDatabase, linkedFrom, orphans, traceOf, treeOf } from './support/trace-tree.js'
import { until } from './support/until.js'

/** A Wednesday, in office hours; the daily jobs are due at once. */
const day = '2026-11-18'
const clock = `${day} 10:30:00`
const services = ['task-relay', 'claim-completer', 'dwp-checker', 'notifier', 'daily-tasks', 'scheduler']

/** Passes every rule, so that it goes all the way. */
const passing = claimOfKind('repeat-passing', 1, `${clock}.000`)
const byCar = claimOfKind('first-time-car', 2, `${clock}.000`)
const due = merge(...[201, 202].map((n) => dueClaims['remind-of-evidence'](n, day).given))

/** The built services, each a process of its own, and a collector that takes what they send. */
describe('traces', () => {
  const receiver = new OtlpReceiver()
  let processes: Processes
  let claimTrace: string
  let upstreamCalls: string

  beforeAll(async () => {
    await receiver.listen(0)
    const env = { CLOCK_START: clock, SCHEDULE_DAILY: '10:30', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
    processes = await Processes.start(env, [], { checkIssuedAt: false })
    const { database, nats, simulators } = processes
    await insertRows(database.connection, due)
    // Its first try fails, and the message comes again.
    simulators.notify.misbehave({
      kind: 'status',
      status: 500,
      when: { match: ({ reference }) => reference?.startsWith('IntSchema.Task.1.1.') === true, times: 1 },
    })
    await submit(database.connection, [passing, byCar])
    await Promise.all(services.filter((name) => name !== 'scheduler').map((name) => processes.run(name)))
    await processes.run('scheduler')
    await until('every message has ended', () => allEnded(), 60_000, 50)
    claimTrace = await traceOfTask('COMPLETE-CLAIM')
    await archive(nats.url)
    const { notify, benefitChecker, directions } = simulators
    upstreamCalls = JSON.stringify([notify.calls, benefitChecker.calls, directions.calls])
    // What they have not sent yet they send as they stop.
    expect(await processes.stop()).toEqual([])
  }, 180_000)

  afterAll(() => receiver.close())

  async function allEnded(): Promise<boolean> {
    const { db } = processes.database.connection
    const messages = await db.selectFrom('AsyncSchema.Outbox').select(['DateEnded', 'Subject']).execute()
    const reminded = messages.filter(({ Subject }) => Subject === subjects.notifyEvidenceReminder)
    const accepted = messages.filter(({ Subject }) => Subject === subjects.notifyClaimAccepted)
    return reminded.length === 2 && accepted.length === 1 && messages.every(({ DateEnded }) => DateEnded)
  }

  async function traceOfTask(task: string): Promise<string> {
    const { db } = processes.database.connection
    const run = await db
      .selectFrom('AsyncSchema.Outbox as o')
      .innerJoin('ExtSchema.Task as t', 't.TaskId', 'o.TaskId')
      .select('o.Traceparent')
      .where('o.TaskSchema', '=', 'ExtSchema')
      .where('t.Task', '=', task)
      .where('t.ClaimId', '=', passing.claimId)
      .executeTakeFirstOrThrow()
    return String(run.Traceparent)
  }

  /** Whoever publishes by himself may go on with a trace: here, the claim's end belongs to the claim. */
  async function archive(url: string): Promise<void> {
    // What the payment run owes something stays.
    await processes.database.connection.db
      .updateTable('IntSchema.Claim')
      .set({ PaymentStatus: 'PROCESSED' })
      .where('ClaimId', '=', passing.claimId)
      .execute()
    const client = await BareClient.connect(url)
    await client.publish(subjects.claimArchiveDue, { claimId: passing.claimId }, { traceparent: claimTrace })
    await until('the claim is archived', () => client.allAnswered(streams.claims.name))
    await client.close()
  }

  const claimSpans = () => traceOf(receiver.spans, claimTrace.slice(3, 35))
  /** Without the statements, and without what the relay published once more because this machine was slow. */
  const inOutline = (spans: readonly ReceivedSpan[]) =>
    spans.filter((span) => !isOfDatabase(span) && !span.attributes['hwpv.stream.repeated'])
  const named = (name: string, spans: readonly ReceivedSpan[] = receiver.spans) =>
    spans.filter((span) => span.name === name)

  it('follow a claim from its Task row through five services, in one trace', () => {
    expect(treeOf(inOutline(claimSpans()))).toEqual([
      'task-relay: relay COMPLETE-CLAIM (internal)',
      '  daily-tasks: process archive-claim (consumer)',
      '  task-relay: publish claims.submitted (producer)',
      '    claim-completer: process complete-claim (consumer)',
      '      claim-completer: publish claims.benefit-check-due (producer)',
      '        dwp-checker: process check-benefit (consumer)',
      '          dwp-checker: benefit-checker check (client)',
      '          dwp-checker: publish claims.approval-due (producer)',
      '            claim-completer: process approve-claim (consumer)',
      '              claim-completer: publish notifications.claim-accepted (producer)',
      '                notifier: process send-email (consumer)',
      '                  notifier: notify send-email (client)',
      '      claim-completer: publish notifications.claim-submitted (producer)',
      '        notifier: process send-email (consumer) failed: notify-500',
      '          notifier: notify send-email (client) failed: notify-500',
      '        notifier: process send-email (consumer)',
      '          notifier: notify find-email (client)',
      '          notifier: notify send-email (client)',
    ])
  })

  it('have every span’s parent, and each span once', () => {
    const { spans } = receiver
    expect(spans.length).toBeGreaterThan(200)
    expect(orphans(spans)).toEqual([])
    expect(new Set(spans.map(({ traceId, spanId }) => `${traceId} ${spanId}`)).size).toBe(spans.length)
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(services))
    for (const { startTimeUnixNano, endTimeUnixNano } of spans)
      expect(endTimeUnixNano).toBeGreaterThanOrEqual(startTimeUnixNano)
  })

  it('link a message that is delivered again to the delivery before', () => {
    const [first, second, ...others] = named('process send-email', claimSpans()).filter(({ attributes }) =>
      String(attributes['messaging.message.id']).startsWith('IntSchema.Task.1.1.'),
    )
    expect(others).toEqual([])
    expect(first?.attributes).toMatchObject({ 'hwpv.delivery': 1, 'hwpv.outcome': 'retry' })
    expect(second?.attributes).toMatchObject({ 'hwpv.delivery': 2, 'hwpv.outcome': 'done' })
    expect(second?.parentSpanId).toBe(first?.parentSpanId)
    expect(first?.links).toEqual([])
    expect(second && linkedFrom(second, receiver.spans)).toEqual([first])
  })

  // On SQL Server a transaction in which nothing is asked is one text (`test/round-trips.int.test.ts`).
  const onSqlite = it.skipIf(onServer)
  onSqlite('show each transaction with its statements and its commit, and nothing of their values', () => {
    const [handling] = named('process complete-claim', claimSpans())
    const children = (of: ReceivedSpan | undefined) =>
      receiver.spans.filter(
        ({ parentSpanId, traceId }) => parentSpanId === of?.spanId && traceId === of?.traceId,
      )
    const transactions = named('transaction', children(handling))
    expect(transactions).toHaveLength(1)
    const statements = children(transactions[0])
    const names = statements.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['INSERT AsyncSchema.Inbox', 'BATCH']))
    // What goes to the database together, as on SQL Server.
    const sizes = named('BATCH', statements).map(({ attributes }) => attributes['db.operation.batch.size'])
    expect(sizes.length).toBeGreaterThan(0)
    for (const size of sizes) expect(size).toBeGreaterThan(1)
    expect(transactions[0]?.events.map(({ name }) => name)).toEqual(['begun', 'commit'])
    // What is read first, with whether the message is to be done; and the prisons, which are kept for a minute then.
    expect(named('BATCH', children(handling))[0]?.attributes).toEqual({
      'db.system.name': 'sqlite',
      'db.operation.name': 'BATCH',
      'db.operation.batch.size': 6,
    })
    const said = new Set(
      receiver.spans.filter(isOfDatabase).flatMap(({ attributes }) => Object.keys(attributes)),
    )
    expect([...said].sort()).toEqual([
      ...['db.collection.name', 'db.operation.batch.size', 'db.operation.name', 'db.system.name'],
    ])
  })

  it('tell of a request to an upstream its method, server and status', () => {
    const port = Number(new URL(processes.simulators.directions.url).port)
    const [route] = named('directions route')
    expect(route?.attributes).toEqual({
      'hwpv.upstream': 'directions',
      'hwpv.upstream.operation': 'route',
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': port,
      'http.response.status_code': 200,
    })
    expect(named('benefit-checker check')[0]?.attributes['http.response.status_code']).toBe(200)
    expect(
      named('notify send-email').map(({ attributes }) => attributes['http.response.status_code']),
    ).toEqual(expect.arrayContaining([201, 500]))
  })

  it('begin for a job by itself, and for each of its tasks, with links', () => {
    const [fired] = named('fire daily')
    expect(fired?.service).toBe('scheduler')
    expect(fired?.parentSpanId).toBeUndefined()
    const job = inOutline(traceOf(receiver.spans, fired?.traceId ?? ''))
    expect(treeOf(job).slice(0, 2)).toEqual([
      'scheduler: fire daily (internal)',
      '  scheduler: publish schedule.daily (producer)',
    ])
    const [handling, ...others] = named('process remind-of-evidence', job)
    expect(others).toEqual([])
    const pages = named('page of remind-of-evidence')
    // One for each reminder, and one each that finds nothing more.
    expect(pages.map((page) => linkedFrom(page, receiver.spans))).toEqual(pages.map(() => [handling]))
    const begun = named('begin ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION')
    expect(begun).toHaveLength(2)
    for (const begin of begun) {
      expect(pages).toEqual(expect.arrayContaining(linkedFrom(begin, receiver.spans)))
      expect(begin.links).toHaveLength(1)
      expect(treeOf(inOutline(traceOf(receiver.spans, begin.traceId)))).toEqual([
        'daily-tasks: begin ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION (internal)',
        '  daily-tasks: publish notifications.evidence-reminder (producer)',
        '    notifier: process send-email (consumer)',
        '      notifier: notify send-email (client)',
      ])
    }
    const separate = [...begun, ...pages, fired]
    expect(new Set(separate.map((span) => span?.traceId)).size).toBe(separate.length)
  })

  it('hold no personal data', () => {
    const rows = [passing, byCar].flatMap((claim) => [claim.rows, claim.existing]) as Rows[]
    const texts = personalTexts(merge(due, ...rows))
    expect(occurring(texts, upstreamCalls).length).toBeGreaterThan(10)
    expect(texts.length).toBeGreaterThan(30)
    expect(receiver.calls.flatMap(({ body }) => occurring(texts, body))).toEqual([])
  })
})
