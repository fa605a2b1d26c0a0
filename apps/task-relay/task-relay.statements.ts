import { subjectsWhoseDataGoes } from '#shared/contracts'
import { CancelledFlows } from './src/advance-flows/cancelled-flows.repository.js'
import { FlowItems } from './src/advance-flows/flow-items.repository.js'
import { FlowSteps } from './src/advance-flows/flow-steps.repository.js'
import { OpenFlows } from './src/advance-flows/open-flows.repository.js'
import { ReopenedFlows } from './src/advance-flows/reopened-flows.repository.js'
import { itemPassedOn } from './src/relay-tasks/relay-tasks.statements.js'
import { OldRecords } from './src/prune-records/old-records.repository.js'
import { PendingTasks } from './src/relay-tasks/pending-tasks.repository.js'
import { WaitingMessages } from './src/release-waiting/waiting-messages.repository.js'
import { QuietRows } from './src/republish-quiet/quiet-rows.repository.js'
import { FlowsProgress } from './src/show-flows/flow-progress.repository.js'
import { Backlog } from './src/show-backlog/backlog.repository.js'
import { clock, taskSchemas, inPage, type StatementSteps } from '../../tools/statements/step.js'

const openFlow = {
  ...{ flowId: 1, kind: 'test', key: 'key', run: 1, state: 'RUNNING', resumed: null },
  step: { stepId: 1, position: 0, name: 'work', messageId: 'a', holdAfter: 3 },
}

/** What task-relay asks the database, step by step. */
export const statements: StatementSteps = {
  'relay: look': async ({ connection }) => {
    const repository = new PendingTasks(connection, clock)
    await repository.look()
    for (const schema of taskSchemas) {
      await repository.pendingIds(schema, 200, 3)
    }
    await repository.writeNothing()
  },
  'relay: take': async ({ connection }) => {
    for (const schema of taskSchemas) await new PendingTasks(connection, clock).takePending(schema)
  },
  'relay: take what nobody knows': async (database) => {
    database.answer = { Task: 'MAKE-TEA' }
    const repository = new PendingTasks(database.connection, clock)
    for (const schema of taskSchemas) await repository.takePending(schema)
  },
  'relay: take what a caseworker decided': async (database) => {
    database.answer = {
      ...{ TaskId: 7, Task: 'ACCEPT-CLAIM-NOTIFICATION', Reference: 'ABCDEFG', EligibilityId: 1, ClaimId: 2 },
      ...{ DateCreated: '2024-03-13 11:00:00.000', DateProcessed: null, open: 0, last: 0 },
    }
    await new PendingTasks(database.connection, clock).takePending('IntSchema')
  },
  'relay: take some': async ({ connection }) => {
    for (const schema of taskSchemas)
      await new PendingTasks(connection, clock).takePending(schema, undefined, [1, 2])
  },
  'relay: fail': async ({ connection }) => {
    const repository = new PendingTasks(connection, clock)
    for (const schema of taskSchemas) {
      await repository.fail(schema, 1, 'TypeError')
      await repository.failBeyondNumbers(schema)
    }
  },
  'relay: mark': async ({ connection }) => {
    const repository = new PendingTasks(connection, clock)
    const places = [
      { id: 'a', sequence: 1 },
      { id: 'b', sequence: 2 },
    ]
    await repository.markPublished(places, clock.now())
    await repository.notPublished(['c', 'd'], 'JetStreamApiError-10054')
  },
  'relay: quiet': async ({ connection }) => {
    const repository = new QuietRows(connection, clock)
    const quiet = await repository.quiet(60, 5)
    await repository.heard(quiet)
    await repository.unreadable(quiet, 'subject-unknown')
  },
  'relay: release what is due': async (database) => {
    database.answer = { OutboxId: 1 }
    await new WaitingMessages(database.connection, clock).release('2024-03-13 11:30:00.000')
  },
  'relay: how far flows are': (database) => {
    database.answer = { Kind: 'test', State: 'RUNNING', StepId: 1, count: 3 }
    return new FlowsProgress(database.connection).open()
  },
  'relay: backlog': async ({ connection }) => {
    const backlog = new Backlog(connection)
    await backlog.openRuns()
    await backlog.firstPending('ExtSchema')
  },
  'flows: look': async ({ connection }) => {
    const [flows, items] = [new OpenFlows(connection), new FlowItems(connection, clock)]
    await flows.all()
    await items.underWay(1)
    await items.release(1, 100)
    await items.park(1)
    await items.failingInARow(1, clock.now())
    await flows.hold(1, 'failures-in-a-row')
    await new CancelledFlows(connection, clock).cancelSome(openFlow)
  },
  'flows: begin and end a step': async (database) => {
    database.answer = {
      ...{ StepId: 1, Position: 1, Subject: 'claims.old-archive-report-due', DateEnded: null, Failed: 0 },
      ...{ FlowId: 1, Run: 1, State: 'DONE' },
    }
    const steps = new FlowSteps(database.connection, clock)
    await steps.start(openFlow)
    await steps.endIfDone(openFlow, openFlow.step)
    const reopened = new ReopenedFlows(database.connection, clock)
    for (const changed of await reopened.changedSinceTheirEnd()) await reopened.reopen(changed)
  },
  'flows: the end': async (database) => {
    database.answer = {
      StepId: 1,
      Position: 0,
      Subject: '',
      DateEnded: clock.now(),
      Failed: 1,
      State: 'FAILED',
    }
    await new FlowSteps(database.connection, clock).endIfDone(openFlow, openFlow.step)
  },
  'flows: call off': async (database) => {
    database.happens = [[/^select.*"o"."OutboxId"/, 'nothing']]
    await new CancelledFlows(database.connection, clock).cancelSome(openFlow)
  },
  'flows: a new run of an item': async (database) => {
    await database.connection.db
      .transaction()
      .execute((db) =>
        database.connection.dialect.batch(
          db,
          itemPassedOn(db, { schema: 'IntSchema', taskId: 1, run: 2 }, 3),
        ),
      )
  },
  'prune-records': async (database) => {
    const page = { number: 1, upTo: '2024-01-12 11:30:00.000' }
    database.answer = page
    const records = new OldRecords(database.connection)
    await inPage(database, records.webhookDeliveries('2024-01-13 11:30:00'), [page])
    await inPage(database, records.webhookEvents('2024-01-13 11:30:00'), [page])
    await inPage(database, records.notifications('2024-01-13 11:30:00'), [page])
    for (const schema of taskSchemas)
      for (const subject of subjectsWhoseDataGoes)
        await inPage(database, records.taskData(subject, schema, '2024-02-13 11:30:00'), [{ TaskId: 1 }])
    for (const schema of taskSchemas)
      await inPage(database, records.refusedData(schema, '2024-02-13 11:30:00'), [
        { TaskId: 1, Task: 'SEND-NOTIFICATION' },
      ])
    await inPage(database, records.inbox('2024-01-13 11:30:00'), [page])
    await inPage(database, records.followUps('2024-01-13 11:30:00'), [page])
    await inPage(database, records.taskRuns('ExtSchema', '2023-11-14 11:30:00'), [page])
    await inPage(database, records.taskRuns('IntSchema', '2023-11-14 11:30:00'), [page])
  },
}
