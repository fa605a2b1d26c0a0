import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jobNames, streams, subjects, taskSubjects } from '#shared/contracts'
import { createOwnerIndexes, DatabaseConnection, ownerIndexes } from '#shared/database'
import { NatsClient, OperatorControl, policies, type HandlerName } from '#shared/messaging'
import { metrics, scrapedGauges } from '#shared/telemetry'
import { PublishDueTimer } from '../apps/scheduler/src/publish-due/publish-due.timer.js'
import { BareClient } from './support/bare-client.js'
import { submit } from './support/claim-cases.js'
import { claimIds, firstTimeClaim, pendingTask, people, settledClaimant } from './support/claim-rows.js'
import { deliverAgain } from './support/deliver-again.js'
import { readExposition, type Exposed } from './support/exposition.js'
import { onServer } from './support/on-server.js'
import { occurring, personalTexts } from './support/personal-data.js'
import { add, edit } from './support/row-sets.js'
import { firedYearsAgo } from './support/fired-before.js'
import { claimServices, System } from './support/system.js'
import { until } from './support/until.js'

/** A name, and how it is written down in a message that is nobody's. */
const odd = 'Zoë Oddfellow, 1 Quiet Street'

/** All services in one process: what is counted is counted together, what is asked for is each service's own. */
describe('the metrics of the services', () => {
  let system: System
  let client: BareClient

  beforeAll(async () => {
    // A Wednesday; the jobs of the day have not run, and it is too late for them.
    system = await System.start({
      clock: '2024-03-13 11:30:00',
      services: claimServices,
      env: { APP_VERSION: '1.2.3', GIT_COMMIT: 'abc1234' },
    })
    await firedYearsAgo(system.connection)
    await system.startService('scheduler')
    client = await BareClient.connect(system.nats.url)
  }, 180_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  async function ask(service: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${system.services.get(service)?.port}/metrics`)
  }

  async function scrape(service = 'notifier'): Promise<Map<string, Exposed>> {
    const answer = await ask(service)
    expect(answer.status).toBe(200)
    return readExposition(await answer.text())
  }

  /** The series of a metric that are not nought, as `value label label …`. */
  async function seriesOf(name: string, service?: string): Promise<string[]> {
    const samples = (await scrape(service)).get(name)?.samples ?? []
    return samples
      .filter(({ name: line, value }) => value !== 0 && !line.endsWith('_bucket') && !line.endsWith('_sum'))
      .map(({ labels, value }) => [value, ...Object.values(labels)].join(' '))
      .sort()
  }

  async function value(name: string, labels: Record<string, string>, service?: string) {
    const samples = (await scrape(service)).get(name)?.samples ?? []
    const wanted = Object.entries(labels)
    return samples.find((sample) => wanted.every(([label, text]) => sample.labels[label] === text))?.value
  }

  it('are in the text format of Prometheus, on every service, with those of the process', async () => {
    for (const service of system.services.keys()) {
      const answer = await ask(service)
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      const exposed = readExposition(await answer.text())
      expect([...exposed.keys()]).toEqual(
        expect.arrayContaining(['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']),
      )
      const declared = [...Object.values(metrics), ...Object.values(scrapedGauges)].map(({ name }) => name)
      const ours = [...exposed.keys()].filter((name) => name.startsWith('hwpv_'))
      expect(ours.filter((name) => !declared.includes(name))).toEqual([])
      for (const { name, type } of Object.values(metrics)) expect(exposed.get(name)?.type).toBe(type)
    }
    expect(await seriesOf('hwpv_build_info')).toEqual(['1 1.2.3 abc1234'])
    expect(await seriesOf('hwpv_nats_connected')).toEqual(['1'])
  })

  it('count what a claim takes, and nothing else', async () => {
    await submit(system, firstTimeClaim(1))
    await system.settled()
    // The scheduler was not there at the time of its three jobs, and says so.
    const handlers = [
      '1 approve-claim',
      '1 check-benefit',
      '1 complete-claim',
      '1 send-email',
      '3 announce-missed-jobs',
    ]
    await until(
      'its answers are counted',
      async () => (await seriesOf('hwpv_messages_handled_total')).length === handlers.length,
    )
    expect(await seriesOf('hwpv_messages_handled_total')).toEqual(handlers.map((name) => `${name} done`))
    expect(await seriesOf('hwpv_message_duration_seconds')).toEqual(handlers.map((name) => `${name} done`))
    expect(await seriesOf('hwpv_message_queue_wait_seconds')).toEqual(handlers)
    expect(await seriesOf('hwpv_tasks_relayed_total')).toEqual(['1 COMPLETE-CLAIM'])
    expect(await seriesOf('hwpv_messages_published_total')).toEqual([
      '1 claims.approval-due ok',
      '1 claims.benefit-check-due ok',
      '1 claims.submitted ok',
      '1 notifications.claim-submitted ok',
      '3 alerts.job-missed ok',
    ])
    expect(await seriesOf('hwpv_upstream_requests_total')).toEqual([
      '1 benefit-checker check ok',
      '1 notify send-email ok',
    ])
    expect(await seriesOf('hwpv_upstream_request_duration_seconds')).toEqual([
      '1 benefit-checker check',
      '1 notify send-email',
    ])
    for (const name of ['hwpv_messages_retried_total', 'hwpv_messages_dead_lettered_total'])
      expect(await seriesOf(name)).toEqual([])
    expect(await seriesOf('hwpv_handler_in_flight')).toEqual([])
    for (const { name } of [scrapedGauges.outboxOpenRuns, scrapedGauges.outboxOldestAge])
      expect((await scrape('task-relay')).get(name)?.samples).toEqual([{ name, labels: {}, value: 0 }])
  })

  it('count a message that is delivered again as passed over', async () => {
    const before = (await value('hwpv_messages_skipped_total', { handler: 'send-email' })) ?? 0
    await deliverAgain(system, streams.notifications.name, 1)
    await until(
      'it is counted',
      async () => (await value('hwpv_messages_skipped_total', { handler: 'send-email' })) === before + 1,
    )
    expect(await seriesOf('hwpv_upstream_requests_total')).toContain('1 notify send-email ok')
  })

  it('count a failure by its reason, and what is given up on', async () => {
    const about = (n: number) => ({
      match: ({ personalisation }: { personalisation: Readonly<Record<string, unknown>> }) =>
        personalisation.reference === claimIds(n).Reference,
      times: 1,
    })
    const { notify } = system.simulators
    notify.misbehave({ kind: 'status', status: 500, when: about(2) })
    notify.misbehave({ kind: 'status', status: 400, when: about(3) })
    await submit(system, firstTimeClaim(2), firstTimeClaim(3))
    await system.settled()
    await until(
      'both have ended',
      async () =>
        (await value('hwpv_messages_handled_total', { handler: 'send-email', outcome: 'reject' })) === 1,
    )
    expect(await seriesOf('hwpv_messages_retried_total')).toEqual(['1 send-email notify-500'])
    expect(await seriesOf('hwpv_messages_dead_lettered_total')).toEqual(['1 send-email notify-400'])
    expect(await value('hwpv_messages_handled_total', { handler: 'send-email', outcome: 'retry' })).toBe(1)
    expect(await seriesOf('hwpv_upstream_requests_total')).toEqual([
      '1 notify find-email ok',
      '1 notify send-email notify-400',
      '1 notify send-email notify-500',
      '2 notify send-email ok',
      '3 benefit-checker check ok',
    ])
    await until(
      'the letter is seen',
      async () => (await seriesOf('hwpv_dead_letters', 'task-relay')).length === 1,
    )
    expect(await seriesOf('hwpv_dead_letters', 'task-relay')).toEqual(['1 send-email'])
  })

  it('have few values for each label, and none from a message', async () => {
    const headers = { 'ce-id': odd, 'Nats-Msg-Id': odd, traceparent: odd, 'hwpv-reason': odd }
    for (const subject of [...streams.claims.subjects, ...streams.notifications.subjects])
      await client.publish(
        subject,
        { reference: odd, eligibilityId: odd, task: { schema: odd } },
        { 'ce-id': odd },
      )
    await client.publish('dead-letters.zoe-oddfellow', odd, headers)
    await client.publish('dead-letters.1-quiet-street', odd)
    const unknown = { 'IntSchema.Task': add(pendingTask(5, `WRITE-TO ${odd}`)) }
    await submit(system, edit(settledClaimant(5), unknown))
    await system.settled()
    // No Task row tells of those that were published directly.
    for (const { name } of [streams.claims, streams.notifications]) await system.answered(name)
    await until('the odd letters are counted', async () =>
      (await seriesOf('hwpv_dead_letters', 'task-relay')).includes('2 other'),
    )
    await until(
      'the odd messages are given up on',
      async () => (await value('hwpv_messages_dead_lettered_total', { handler: 'raise-ticket' })) === 1,
    )
    expect(await seriesOf('hwpv_tasks_relayed_total')).toContain('1 other')

    const allowed: Record<string, readonly string[]> = {
      handler: [...Object.keys(policies), 'other'],
      subject: Object.values(subjects),
      task: [...Object.keys(taskSubjects), 'FEEDBACK_SUBMITTED', 'other'],
      schedule: jobNames,
      upstream: ['notify', 'benefit-checker', 'helpdesk', 'document-store', 'directions', 'chat'],
      outcome: [
        ...['done', 'retry', 'unavailable', 'reject', 'ok', 'failed', 'missed'],
        ...['notify-400', 'notify-500'],
      ],
      reason: ['body-breaks-contract', 'notify-400', 'notify-500'],
      standing: ['done', 'given-up', 'superseded', 'run-unknown'],
      operation: ['check', 'send-email', 'find-email'],
      version: ['1.2.3'],
      commit: ['abc1234'],
    }
    const claimants = [1, 2, 3].map((n) => firstTimeClaim(n))
    const texts = [odd, ...claimants.flatMap(personalTexts), ...[1, 2, 3].map((n) => claimIds(n).Reference)]
    expect(texts).toContain(people(1).visitor.EmailAddress)
    for (const service of system.services.keys()) {
      const text = await (await ask(service)).text()
      expect(occurring([...texts, 'oddfellow', 'quiet-street'], text)).toEqual([])
      for (const [name, { samples }] of readExposition(text)) {
        if (!name.startsWith('hwpv_')) continue
        for (const [label, given] of samples.flatMap(({ labels }) => Object.entries(labels)))
          if (label !== 'le')
            expect(`${label} ${allowed[label]?.includes(given) ? '' : given}`).toBe(`${label} `)
      }
    }
  })

  it('tell of jobs: missed, fired, and when they are due', async () => {
    const missed = ['1 auto-approval missed', '1 daily missed', '1 payment-run missed']
    expect(await seriesOf('hwpv_schedule_runs_total')).toEqual(missed)
    const seconds = (time: string) => Date.parse(time) / 1_000
    const before = seconds('2020-01-01T04:30:00Z')
    expect(await seriesOf(scrapedGauges.scheduleLastFired.name, 'scheduler')).toEqual([`${before} daily`])
    const due = () => seriesOf(scrapedGauges.scheduleNextDue.name, 'scheduler')
    expect(await due()).toEqual([
      `${seconds('2024-03-13T11:31:00Z')} look-up-notifications`,
      `${seconds('2024-03-14T00:05:00Z')} payment-run`,
      `${seconds('2024-03-14T03:30:00Z')} auto-approval`,
      `${seconds('2024-03-14T04:30:00Z')} daily`,
      `${seconds('2024-03-14T05:45:00Z')} prison-register`,
    ])
    system.clock.set('2024-04-02 04:30:05')
    await system.services.get('scheduler')?.app.get(PublishDueTimer).look()
    expect((await seriesOf('hwpv_schedule_runs_total')).filter((line) => line.includes('fired'))).toEqual([
      '1 daily fired',
      '1 look-up-notifications fired',
    ])
    const lastFired = async () =>
      (await scrape('scheduler')).get(scrapedGauges.scheduleLastFired.name)?.samples ?? []
    await until('its run is seen', async () => (await lastFired()).some(({ value: at }) => at > before))
    const fired = await lastFired()
    expect(fired.map(({ labels }) => labels.schedule).sort()).toEqual(['daily', 'look-up-notifications'])
    for (const { value: at } of fired) {
      // British summer time.
      expect(at).toBeGreaterThanOrEqual(seconds('2024-04-02T03:30:05Z'))
      expect(at).toBeLessThan(seconds('2024-04-02T03:35:00Z'))
    }
    expect(await due()).toContain(`${seconds('2024-04-03T03:30:00Z')} daily`)
    await system.answered(streams.schedule.name)
  })

  it('tell what is held up, and what waits', async () => {
    const operator = new OperatorControl(systemClient('claim-completer'))
    const handler: HandlerName = 'approve-claim'
    const here = (name: string) => value(name, { handler }, 'claim-completer')
    await operator.pause(handler, 'test')
    await until('it is paused', async () => (await here('hwpv_handler_paused')) === 1)
    const { concurrency } = policies[handler]
    const published = concurrency + 5
    for (let n = 0; n < published; n++) await client.publish(subjects.claimApprovalDue, idsOf(900 + n))
    // What had been asked for before the pause is still taken in, and waits in hand.
    let [inHand, waiting] = [0, 0]
    await until('all are accounted for', async () => {
      inHand = (await here('hwpv_handler_in_flight')) ?? 0
      waiting = (await here('hwpv_consumer_pending_messages')) ?? 0
      return inHand + waiting === published
    })
    expect(waiting).toBeGreaterThanOrEqual(5)
    expect(await here('hwpv_consumer_ack_pending_messages')).toBe(inHand)
    await operator.resume(handler)
    await until('nothing waits', async () => (await here('hwpv_consumer_pending_messages')) === 0)
    expect(await here('hwpv_handler_paused')).toBe(0)

    const { notify } = system.simulators
    const isOut = () => value('hwpv_upstream_unavailable', { upstream: 'notify' }, 'notifier')
    expect(await isOut()).toBe(0)
    notify.misbehave({ kind: 'status', status: 503 })
    await submit(system, firstTimeClaim(4))
    await until('Notify is out', async () => (await isOut()) === 1)
    expect(await value('hwpv_handler_in_flight', { handler: 'send-email' })).toBe(1)
    await until('its run is open', async () => (await value('hwpv_outbox_open_runs', {}, 'task-relay')) === 1)
    notify.behaveWell()
    await system.settled()
    await until('Notify is back', async () => (await isOut()) === 0)
  })

  const onSqlite = it.skipIf(onServer)
  onSqlite(
    'answer in time when the database hangs and NATS is away, with what is known without them',
    async () => {
      const known = async (service: string) => {
        const begun = performance.now()
        const names = [...(await scrape(service)).keys()]
        return { names, ms: performance.now() - begun }
      }
      const { connection, clients } = partsOf('task-relay')
      let release: () => void = () => undefined
      const held = new Promise<void>((resolve) => (release = resolve))
      // The embedded database has one connection in each process: whoever holds it makes the others wait.
      const holding = connection.db.transaction().execute(() => held)
      try {
        await until(
          'the database hangs',
          async () => !(await known('task-relay')).names.includes('hwpv_outbox_open_runs'),
        )
        const hanging = await known('task-relay')
        expect(hanging.ms).toBeLessThan(5_000)
        expect(hanging.names).toEqual(expect.arrayContaining(['hwpv_dead_letters', 'hwpv_nats_connected']))
        await system.nats.kill()
        await until('NATS is away', () => !clients.isConnected)
        await until(
          'nothing is kept',
          async () => !(await known('task-relay')).names.includes('hwpv_dead_letters'),
        )
        const away = await known('task-relay')
        expect(away.ms).toBeLessThan(5_000)
        expect(await value('hwpv_nats_connected', {}, 'task-relay')).toBe(0)
        expect(away.names).not.toContain('hwpv_consumer_pending_messages')
        expect(away.names).toEqual(
          expect.arrayContaining(['hwpv_messages_handled_total', 'hwpv_handler_paused', 'hwpv_build_info']),
        )
      } finally {
        release()
        await holding
      }
      await system.nats.restart()
      await until('all of it is known again', async () => {
        const { names } = await known('task-relay')
        return ['hwpv_outbox_open_runs', 'hwpv_dead_letters'].every((name) => names.includes(name))
      })
    },
  )

  it('say how many indexes of the owner a service misses, until they are made', async () => {
    const needed = ownerIndexes.filter(({ neededBy }) => neededBy.includes('claim-completer'))
    const missing = (service: string) => value('hwpv_missing_indexes', {}, service)
    // The relay's two come with its migration; the notifier needs none.
    for (const service of ['task-relay', 'notifier']) expect(await missing(service)).toBe(0)
    expect(await missing('claim-completer')).toBe(needed.length)
    const lines = system.logLines.filter((line) => line.includes('indexes are missing'))
    const said = lines.map((line) => JSON.parse(line) as { service: string; indexes: string })
    expect(said.find(({ service }) => service === 'claim-completer')?.indexes.split(', ')).toEqual(
      needed.map(({ table, column }) => `${table} (${column})`),
    )
    expect(new Set(said.map(({ service }) => service))).toEqual(new Set(['claim-completer', 'daily-tasks']))
    await createOwnerIndexes(system.connection)
    await until('they are made', async () => (await missing('claim-completer')) === 0)
  })

  const partsOf = (service: string) => {
    const app = system.services.get(service)?.app
    if (!app) throw new Error(`no ${service}`)
    return { connection: app.get(DatabaseConnection), clients: app.get(NatsClient) }
  }
  const systemClient = (service: string): NatsClient => partsOf(service).clients
  const idsOf = (n: number) => {
    const { Reference, EligibilityId, ClaimId } = claimIds(n)
    return { reference: Reference, eligibilityId: EligibilityId, claimId: ClaimId }
  }
})
