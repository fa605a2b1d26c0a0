import { messages } from '#shared/contracts'
import { defineFlow, Flows } from '#shared/flows'
import { changeFlow, type FlowChange } from '#shared/operations'
import type { Work } from '#shared/unit-of-work'
import { restMs } from '../../../apps/task-relay/src/advance-flows/advance-flows.rules.js'
import { AdvanceFlows } from '../../../apps/task-relay/src/advance-flows/advance-flows.service.js'
import { CancelledFlows } from '../../../apps/task-relay/src/advance-flows/cancelled-flows.repository.js'
import { FlowItems } from '../../../apps/task-relay/src/advance-flows/flow-items.repository.js'
import { FlowSteps } from '../../../apps/task-relay/src/advance-flows/flow-steps.repository.js'
import { OpenFlows } from '../../../apps/task-relay/src/advance-flows/open-flows.repository.js'
import { ReopenedFlows } from '../../../apps/task-relay/src/advance-flows/reopened-flows.repository.js'
import { StubbornFlows } from '../../../apps/task-relay/src/advance-flows/stubborn-flows.service.js'
import { PassedOver } from '../../../apps/task-relay/src/passed-over/passed-over.service.js'
import { PendingTasks } from '../../../apps/task-relay/src/relay-tasks/pending-tasks.repository.js'
import type { Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { unitOfWorkOf } from './deeds.js'
import type { Deed, Place } from './playground.js'

const created = '2024-03-13 09:00:00'

export const flowRow = (FlowId: number, columns: Row = {}): Row => ({
  ...{ FlowId, Kind: 'test', FlowKey: `key ${FlowId}`, Input: '{}', State: 'RUNNING', Run: 1 },
  ...{ DateCreated: created, DateStarted: created },
  ...columns,
})

export const stepRow = (StepId: number, columns: Row = {}): Row => ({
  ...{ StepId, FlowId: 1, Position: 0, Name: 'work', Subject: messages.oldClaimsQueueingDue.subject },
  ...{ HoldAfter: 3, Queued: 2, Done: 0, Failed: 0 },
  ...columns,
})

export const itemRow = (MessageId: string, columns: Row = {}): Row => ({
  ...{ MessageId, Subject: messages.claimArchiveDue.subject, Body: '{}', State: 'PUBLISHED', Attempts: 0 },
  ...{ DateCreated: created, DateLastHeard: created, FlowStepId: 1 },
  ...columns,
})

/** A flow at its first step, whose items are these. */
export const flowAt = (...items: readonly Row[]): Rows => ({
  'AsyncSchema.Flow': [flowRow(1)],
  'AsyncSchema.FlowStep': [
    stepRow(1, { DateStarted: created, MessageId: 'begins' }),
    stepRow(2, { Position: 1, Name: 'report', Subject: messages.oldClaimsReportDue.subject, Queued: 0 }),
  ],
  'AsyncSchema.Outbox': [itemRow('begins', { State: 'DONE', DateEnded: created }), ...items],
})

/** Looks until two looks in a row found nothing to do: what happens during the one, the other finds. */
export const advances = (name = 'the relay'): Deed => ({
  name: `${name} has flows go on`,
  async do(place) {
    const looks = advanceOf(place)
    for (let idle = 0; idle < 2;) idle = (await looks.advance()) < restMs ? 0 : idle + 1
  },
})

/** The same, and the last step is done, until the flow has ended again. */
export const comesToItsEnd = (name: string): Deed => ({
  name: `${name} has a flow go on to its end`,
  async do(place) {
    await advances().do(place)
    const last = place.connection.db
      .selectFrom('AsyncSchema.Outbox')
      .select('MessageId as id')
      .where('FlowStepId', '=', 2)
      .where('DateEnded', 'is', null)
    for (const { id } of await last.execute())
      await unitOfWorkOf(place).finish({ id, consumer: 'report-old-claims' })
    await advances().do(place)
  },
})

/** The relay's looks at flows; what it would publish is not. */
export function advanceOf({
  connection,
  clock,
  log,
}: Pick<Place, 'connection' | 'clock' | 'log'>): AdvanceFlows {
  const [relay, nats] = [{ publish: () => Promise.resolve(0) }, { isConnected: true }]
  return new AdvanceFlows(
    new OpenFlows(connection),
    new FlowSteps(connection, clock),
    new FlowItems(connection, clock),
    new CancelledFlows(connection, clock),
    new ReopenedFlows(connection, clock),
    new StubbornFlows(new PendingTasks(connection, clock), new PassedOver(log)),
    relay as never,
    nats as never,
    log,
  )
}

const flow = defineFlow({
  name: 'test',
  steps: [{ name: 'work', message: messages.oldClaimsQueueingDue }],
})

export const begins = (key: string, by: string): Deed => ({
  name: `${by} begins a flow about ${key}`,
  do: (place) =>
    unitOfWorkOf(place).run({ id: `begin.${by}`, consumer: by }, (work) =>
      new Flows(place.connection).begin(work, flow, key),
    ),
})

type Item = typeof messages.claimArchiveDue

/** A page of items, and the end of what queues them. */
export const queues = (id: string): Deed => ({
  name: `items are queued by ${id}`,
  async do(place) {
    const cause = { id: `${id}#0`, consumer: 'queue-old-claims', flowStep: 1 }
    const unitOfWork = unitOfWorkOf(place)
    await unitOfWork.run(cause, (work: Work<Item>) => {
      work.item(messages.claimArchiveDue, 7, { claimId: 7 })
      return Promise.resolve()
    })
    await unitOfWork.finish({ id, consumer: 'queue-old-claims' })
  },
})

export const operatorChanges = (change: FlowChange): Deed => ({
  name: `an operator has a flow ${change}`,
  do: ({ connection, clock }) =>
    changeFlow(connection, change, 1, { now: clock.now(), dryRun: false, reason: 'to see' }),
})

/** Until nothing of it is left. */
export const cancels: Deed = {
  name: 'an operator calls a flow off, and it comes to its end',
  async do(place) {
    await operatorChanges('cancel').do(place)
    await advances().do(place)
  },
}
