import { messages } from '#shared/contracts'
import { defineFlow, Flows } from '#shared/flows'
import { inUnitOfWork, message, type StatementSteps } from './step.js'

const flow = defineFlow({
  name: 'test',
  steps: [
    { name: 'work', message: messages.oldClaimsQueueingDue },
    { name: 'report', message: messages.oldClaimsReportDue },
  ],
})

/** What the handlers of flows ask the database, whichever service they are in. */
export const statements: StatementSteps = {
  'flows: begin': (database) => {
    const flows = new Flows(database.connection)
    database.happens = [[/^select "FlowId" from/, 'nothing']]
    return inUnitOfWork(database, (unit) => flows.begin(unit, flow, 'key'))
  },
  'flows: begin, found': (database) =>
    inUnitOfWork(database, (unit) => new Flows(database.connection).begin(unit, flow, 'key')),
  'flows: a step': async ({ connection }) => {
    const flows = new Flows(connection)
    const step = { flowId: 1, stepId: 2, key: 'key', input: {}, run: 1 }
    await flows.totals(step)
    await flows.mayRemove(step, { removed: 2, of: 10 })
  },
  'flows: a step that waits for approval': async (database) => {
    database.happens = [[/^select .*"DateApproved"/, 'nothing']]
    const step = { flowId: 1, stepId: 2, key: 'key', input: {}, run: 1 }
    await new Flows(database.connection).mayRemove(step, { removed: 2, of: 10 })
  },
  'flows: a step at hand': (database) => {
    database.answer = { FlowId: 1, StepId: 2, FlowKey: 'key', Input: '{}', Run: 1 }
    return new Flows(database.connection).stepOf(message)
  },
  'flows: note': ({ connection }) =>
    new Flows(connection).note({ flowId: 1, stepId: 2, key: 'key', input: {}, run: 1 }, { tag: 'x' }),
  'flows: the newest one': (database) => {
    database.answer = { FlowId: 1, Input: '{}' }
    return new Flows(database.connection).newest(flow)
  },
  'flows: items': (database) =>
    inUnitOfWork(
      database,
      (unit) => {
        unit.item(messages.claimArchiveDue, 7, { claimId: 7 })
        return Promise.resolve()
      },
      { ...message, flowStep: 2 },
    ),
}
