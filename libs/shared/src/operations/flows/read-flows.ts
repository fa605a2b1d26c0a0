import { toLondon, type LocalTime } from '../../clock/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { flowState } from '../../flows/index.js'
import { outboxState } from '../../unit-of-work/index.js'

/** How a step of a flow stands; its items, but for the message that begins it. */
export interface StepStanding {
  readonly step: string
  readonly queued: number
  readonly done: number
  readonly failed: number
  readonly started: LocalTime | null
  readonly ended: LocalTime | null
  /** Done in the last minute; of what has ended, nothing. */
  readonly perMinute?: number
  /** When it will have ended at that rate; undefined while nothing can be said, and where its flow does not go on. */
  readonly expected?: LocalTime
}

export interface FlowStanding {
  readonly flow: number
  readonly kind: string
  readonly key: string
  readonly state: string
  readonly reason: string | null
  readonly run: number
  readonly created: LocalTime
  readonly ended: LocalTime | null
  readonly steps: readonly StepStanding[]
}

/** An item that was given up. */
export interface FailedItem {
  readonly message: string
  readonly step: string
  readonly reason: string | null
  readonly ended: LocalTime | null
}

const minuteMs = 60_000
const ends = new Set<string>([flowState.done, flowState.doneWithFailures, flowState.cancelled])

/** The newest flows, those that are open first, or one of them. */
export async function readFlows(
  connection: DatabaseConnection,
  now: Date,
  { limit, flow }: { readonly limit: number; readonly flow?: number },
): Promise<FlowStanding[]> {
  const { db, dialect } = connection
  const query = db
    .selectFrom('AsyncSchema.Flow')
    .selectAll()
    .$if(flow !== undefined, (rows) => rows.where('FlowId', '=', flow ?? 0))
    .orderBy('FlowId', 'desc')
  const flows = await dialect.first(query, limit).execute()
  if (!flows.length) return []
  const steps = await db
    .selectFrom('AsyncSchema.FlowStep')
    .selectAll()
    .where(
      'FlowId',
      'in',
      flows.map(({ FlowId }) => FlowId),
    )
    .orderBy('Position')
    .execute()
  const states = new Map(flows.map(({ FlowId, State }) => [FlowId, State]))
  const live = steps
    .map((step) => ({ ...step, state: states.get(step.FlowId) ?? '' }))
    .filter(({ state, MessageId }) => !ends.has(state) && MessageId !== null)
  const counts = await itemsOf(connection, live, now)
  return flows.map((row) => ({
    ...{ flow: row.FlowId, kind: row.Kind, key: row.FlowKey, state: row.State, reason: row.Reason },
    ...{ run: row.Run, created: row.DateCreated, ended: row.DateEnded },
    steps: steps
      .filter(({ FlowId }) => FlowId === row.FlowId)
      .map((step) => ({
        ...{ step: step.Name, queued: step.Queued, done: step.Done, failed: step.Failed },
        ...{ started: step.DateStarted, ended: step.DateEnded },
        ...counts.get(step.StepId),
      })),
  }))
}

/** What has failed of a flow, the first ones. */
export async function failedItems(
  { db, dialect }: DatabaseConnection,
  flow: number,
  limit: number,
): Promise<FailedItem[]> {
  const query = db
    .selectFrom('AsyncSchema.Outbox as o')
    .innerJoin('AsyncSchema.FlowStep as s', 's.StepId', 'o.FlowStepId')
    .select(['o.MessageId as message', 's.Name as step', 'o.LastReason as reason', 'o.DateEnded as ended'])
    .where('s.FlowId', '=', flow)
    .where('o.State', '=', outboxState.failed)
    .orderBy('o.OutboxId')
  return dialect.first(query, limit).execute()
}

interface Step {
  readonly StepId: number
  readonly MessageId: string | null
  readonly Queued: number
  /** Of its flow. */
  readonly state: string
}

/** Counted in the outbox: nobody keeps count of items that come to their ends one beside the other. */
async function itemsOf({ db }: DatabaseConnection, steps: readonly Step[], now: Date) {
  const counts = new Map<number, Pick<StepStanding, 'done' | 'failed' | 'perMinute' | 'expected'>>()
  const since = toLondon(new Date(now.getTime() - minuteMs))
  for (const { StepId, MessageId, Queued, state } of steps) {
    const items = db
      .selectFrom('AsyncSchema.Outbox')
      .select((eb) => ['State', eb.fn.countAll<number>().as('count')])
      .where('FlowStepId', '=', StepId)
      .where('MessageId', '<>', MessageId ?? '')
      .groupBy('State')
    const rows = await items.execute()
    const [recent] = await items
      .where('State', '=', outboxState.done)
      .where('DateEnded', '>', since)
      .execute()
    const of = (state: string) => Number(rows.find(({ State }) => State === state)?.count ?? 0)
    const [done, failed, perMinute] = [
      of(outboxState.done),
      of(outboxState.failed),
      Number(recent?.count ?? 0),
    ]
    const left = Queued - done - failed
    // Where it does not go on, nobody does what is left.
    const isExpected = state === flowState.running && perMinute > 0 && left > 0
    counts.set(StepId, {
      ...{ done, failed, perMinute },
      ...(isExpected ? { expected: toLondon(new Date(now.getTime() + (left / perMinute) * minuteMs)) } : {}),
    })
  }
  return counts
}
