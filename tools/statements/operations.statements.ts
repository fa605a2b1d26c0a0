import {
  addEndpoint,
  cancelTask,
  changeEndpoint,
  changeFlow,
  changeTarget,
  failedItems,
  readDeliveries,
  readEndpoints,
  readFlows,
  retryDeliveries,
  sendTest,
  databaseStatus,
  JobRecords,
  Journeys,
  MessageStates,
  ClosedTasks,
  OperatorActions,
  Readdressed,
  PaidRuns,
  Recovery,
  References,
  Restorations,
  Runs,
  removeTarget,
  setTarget,
  TaskRows,
} from '#shared/operations'
import { ClaimsDue, manifestOf, TopUpsDue } from '#shared/payments'
import { targetStandings } from '#shared/provisioning'
import { task, message, clock, type StatementSteps } from './step.js'

/** What operators ask the database, by command line or console. */
export const statements: StatementSteps = {
  'ops: journey': async ({ connection }) => {
    const journeys = new Journeys(connection)
    await journeys.claims('ABCDEFG')
    await journeys.events('ABCDEFG')
    const tasks = await journeys.tasks('ABCDEFG')
    await journeys.tasksOfClaims([2])
    await journeys.runs(tasks)
    await journeys.messagesWithoutTask('ABCDEFG')
    await journeys.consumed([message.id])
    await journeys.notifications('ABCDEFG')
    await journeys.notificationsOf([message.id])
    await journeys.task({ schema: 'IntSchema', taskId: 3 })
    await journeys.webhooks('ABCDEFG')
  },
  'ops: flows': async (database) => {
    database.answer = { FlowId: 1, Kind: 'test', State: 'RUNNING', MessageId: 'a', StepId: 1 }
    await readFlows(database.connection, clock.instant(), { limit: 20 })
    await readFlows(database.connection, clock.instant(), { limit: 1, flow: 1 })
    await failedItems(database.connection, 1, 20)
    const now = clock.now()
    await changeFlow(database.connection, 'hold', 1, { now, dryRun: false })
    await changeFlow(database.connection, 'cancel', 1, { now, dryRun: false })
    database.answer = { Kind: 'test', State: 'HELD' }
    await changeFlow(database.connection, 'resume', 1, { now, dryRun: false })
    database.answer = { Kind: 'test', State: 'WAITING-FOR-APPROVAL' }
    await changeFlow(database.connection, 'approve', 1, { now, dryRun: false })
    database.happens = [[/^update /, 'nothing']]
    await changeFlow(database.connection, 'approve', 1, { now, dryRun: false }).catch(() => undefined)
  },
  'ops: webhooks': async (database) => {
    const { connection } = database
    const at = { now: clock.now(), dryRun: false, reason: 'to see' }
    database.answer = {
      EndpointId: 3,
      Name: 'statistics',
      State: 'ACTIVE',
      LastSequence: 4,
      Run: 1,
      count: 2,
    }
    await readEndpoints(connection)
    await readEndpoints(connection, 'statistics')
    await readDeliveries(connection, 'statistics', { limit: 20 })
    await readDeliveries(connection, 'statistics', { limit: 20, state: 'QUEUED' })
    const address = 'https://statistics.example.org/hwpv'
    const given = { address, events: ['claim.paid'], secret: 'statistics', token: false } as const
    await addEndpoint(connection, { ...given, name: 'reports' }, at)
    const known = { ...database.answer, Address: address, Secret: 'statistics', WithToken: false }
    database.answer = { ...known, Event: 'claim.paid' }
    await addEndpoint(connection, { ...given, name: 'statistics' }, at)
    await changeEndpoint(connection, { ...given, name: 'statistics', otherSecret: null, state: 'active' }, at)
    await changeEndpoint(connection, { name: 'statistics', state: 'ended' }, at)
    await retryDeliveries(connection, { name: 'statistics', from: 2 }, at)
    await retryDeliveries(connection, { name: 'statistics' }, at)
    await sendTest(connection, 'statistics', at)
    database.answer = { EndpointId: 3, Name: 'statistics', State: 'PAUSED', Run: 1 }
    await changeEndpoint(connection, { name: 'statistics', state: 'active' }, at)
  },
  'ops: targets': async (database) => {
    await targetStandings(database.connection)
  },
  'ops: targets, set up and changed': async (database) => {
    const { connection } = database
    const given = { wsdl: 'x', format: 's2s', kinds: ['user'], credentials: 'x', addressed: true } as const
    const now = clock.now()
    database.answer = { Name: 'x', Kinds: 'user' }
    const noFlow = [/^select (?:top\(1\) )?"FlowId" from/, 'nothing'] as const
    database.happens = [noFlow, [/^update .*"WsdlUrl"/, 'nothing']]
    await setTarget(connection, 'new', given, { now, dryRun: true })
    await setTarget(connection, 'new', given, { now, dryRun: false })
    database.happens = [noFlow]
    await setTarget(connection, 'x', given, { now, dryRun: false })
    database.answer = { Name: 'x', Kinds: 'user', State: 'ACTIVE' }
    await changeTarget(connection, 'hold', 'x', { now, dryRun: false })
    await changeTarget(connection, 'fill', 'x', { now, dryRun: false })
    database.happens = [noFlow, [/^update .*ProvisioningTarget/, 'nothing']]
    await changeTarget(connection, 'hold', 'x', { now, dryRun: false }).catch(() => undefined)
    database.happens = [noFlow]
    database.answer = { Name: 'x', Kinds: 'user', State: 'HELD' }
    await changeTarget(connection, 'resume', 'x', { now, dryRun: false })
  },
  'ops: targets, one removed': async (database) => {
    const { connection } = database
    database.answer = { TargetId: 1, Name: 'x', Kinds: 'user', EntryId: 1 }
    for await (const soFar of removeTarget(connection, 'x', { now: clock.now(), dryRun: false })) void soFar
  },
  'ops: schedule': async ({ connection }) => {
    const records = new JobRecords(connection)
    await records.firings('2024-03-13')
    await records.firingsOf('check-status', clock.instant(), clock.instant())
    await records.firingsBetween('2024-02-28', '2024-03-13')
    await records.askedFor(['daily for 2024-03-13'])
    await records.fired()
    await records.runs('2024-02-28', '2024-03-13')
  },
  'ops: payments': async ({ connection }) => {
    const paid = new PaidRuns(connection)
    await paid.runsOf('2024-03-13')
    await paid.newest(30, '2024-03-13')
    await paid.totals('payment-run.2024-03-13')
    await paid.files('20240313000500')
    await paid.leftOut('payment-run.2024-03-13')
  },
  'ops: what the next payment run would pay': async ({ connection }) => {
    await new ClaimsDue(connection).read(0)
    await new TopUpsDue(connection).read(0)
  },
  'ops: recover a payment run': async ({ connection }) => {
    const now = clock.now()
    const item = { claimId: 1, reference: 'x', pence: 100, total: 100, manual: 100 }
    const [claim, topUp] = [
      { kind: 'claim', id: 1, ...item },
      { kind: 'top-up', id: 2, ...item },
    ] as const
    const run = { runId: 'payment-run.2024-03-13', date: '2024-03-13', stamp: '20240313000500', made: now }
    const manifest = manifestOf(run, [claim, topUp])
    await connection.transaction(async (db) => {
      const recovery = new Recovery(db)
      await recovery.runOf(run.stamp)
      await recovery.isTaken(run.runId)
      await recovery.insertRun(run.runId, manifest, now)
      await recovery.takeOver(run.runId, manifest, now)
      await recovery.recordPayments(run.runId, [claim, topUp])
      await recovery.take(run.runId)
      await recovery.unmarked(run.runId)
      await recovery.keep(run.runId, 'claim', { ids: [1], kept: true })
      await recovery.keep(run.runId, 'claim', { ids: [1], kept: false })
      await recovery.release(run.runId, { kind: 'claim', id: 1 })
      await recovery.claims([1])
      await recovery.topUps([2])
      await recovery.markClaims([claim], now)
      await recovery.markClaims([{ ...claim, total: null, manual: null }], now)
      await recovery.markTopUps([topUp], now)
      const file = { type: 'ACCESSPAY_FILE', path: 'x' } as const
      await recovery.recordFile(file, { created: now, enabled: true })
    })
  },
  'ops: recover a payment that is written down, and a file that is not': (database) => {
    database.answer = { Kind: 'claim', ItemId: 1 }
    database.happens = [[/^select "PaymentFileId"/, 'nothing']]
    return database.connection.transaction(async (db) => {
      const recovery = new Recovery(db)
      const paid = { kind: 'claim', id: 1, claimId: 1, reference: 'x', pence: 100 } as const
      await recovery.recordPayments('payment-run.2024-03-13', [{ ...paid, total: null, manual: null }])
      const file = { type: 'ACCESSPAY_FILE', path: 'x' } as const
      await recovery.recordFile(file, { created: clock.now(), enabled: true })
    })
  },
  'ops: dead letters': async ({ connection }) => {
    await new References(connection).messageIds('ABCDEFG')
    await new References(connection).withNumber(3)
    const runs = new Runs(connection, clock)
    await runs.known([message])
    await runs.reopen([message, { id: 'SCHEDULE.7', consumer: 'pay-claims' }])
    await runs.owed([message.id])
    await new MessageStates(connection).of([message.id])
  },
  'ops: tasks': async ({ connection }) => {
    const closed = new ClosedTasks(connection, clock)
    const rows = new TaskRows(connection, clock, closed)
    const filter = { id: 3, task: 'DWP-CHECK', reference: 'ABCDEFG', olderThan: 1_000, newerThan: 2_000 }
    await rows.find('ExtSchema', 'FAILED', filter, { after: 1, count: 200, order: 'asc' })
    await rows.find('IntSchema', 'FAILED', {}, { count: 20, order: 'desc' })
    const until = '2026-11-21T12:00:00Z'
    await rows.find('IntSchema', 'FAILED', { until }, { after: 1, count: 200, order: 'asc' })
    await rows.count('IntSchema', 'FAILED', {})
    await rows.setPending('IntSchema', [3])
    await rows.find('IntSchema', 'FAILED', { closed: true }, { count: 20, order: 'desc' })
    await closed.of('IntSchema', [3])
  },
  'ops: readdress': async ({ connection }) => {
    await new Readdressed(connection, clock).record([message.id], 'someone')
  },
  'ops: close tasks': async ({ connection }) => {
    const closed = new ClosedTasks(connection, clock)
    const by = { person: 'someone', reason: 'told by telephone' }
    await closed.close('ExtSchema', [3], by)
    await closed.close('ExtSchema', [3], by, '2026-11-21T12:00:00Z')
  },
  'ops: restored': async ({ connection }) => {
    const restorations = new Restorations(connection)
    await restorations.isRecorded('2024-03-13 10:00:00')
    await restorations.record('2024-03-13 10:00:00', clock.now())
  },
  'operations: an action': async ({ connection }) => {
    const actions = new OperatorActions(connection, clock)
    const actor = { person: 'someone', via: 'console' } as const
    const about = { target: 'send-email', input: '{"handler":"send-email"}', reason: 'a release' }
    await actions.begin({ key: 'one', actor, name: 'pause-handler', ...about })
    await actions.end('one', 'DONE', { outcome: 'paused', result: '{}' })
    await actions.byKey('one')
    await actions.newest(20, 100)
  },
  'ops: call off a task': async (database) => {
    database.answer = { OutboxId: 1 }
    for (const dryRun of [true, false])
      await cancelTask(database.connection, task, { now: clock.now(), dryRun })
  },
  'ops: status': (database) => {
    database.answer = { count: 1, oldest: '2024-03-13 10:00:00.000' }
    return databaseStatus(database.connection, clock.instant())
  },
}
