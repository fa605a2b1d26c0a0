import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock, toLondon, type LocalTime } from '#shared/clock'
import { isSubject, stepMessageId, taskStatus, type OutgoingMessage } from '#shared/contracts'
import { DatabaseConnection, type Database } from '#shared/database'
import { flowState } from '#shared/flows'
import { OwnError } from '#shared/logging'
import { outboxRow, outboxState } from '#shared/unit-of-work'
import type { QuietMessage } from '../republish-quiet/quiet-rows.repository.js'
import { mostUnderWay, stepAfter } from './advance-flows.rules.js'

type Db = Kysely<Database>

/** A flow that has not ended, with the step that is under way. */
export interface OpenFlow {
  readonly flowId: number
  readonly kind: string
  readonly key: string
  readonly run: number
  readonly state: string
  readonly resumed: LocalTime | null
  readonly step?: OpenStep
}

interface OpenStep {
  readonly stepId: number
  readonly position: number
  readonly name: string
  readonly messageId: string
  readonly holdAfter: number
}

/** What became of a step that was looked at. */
export type Ended =
  | { readonly kind: 'open' }
  | { readonly kind: 'next'; readonly message: OutgoingMessage }
  | { readonly kind: 'flow'; readonly state: string }

/** Rows changed in one statement. */
const rowsAtOnce = 500
/** A dead letter is kept for thirty days: what failed longer ago nobody can do again, and its rows may be gone. */
const reopenedWithinDays = 40

const underWay = [outboxState.toPublish, outboxState.published]
const open = [...underWay, outboxState.waiting]

/**
 * Flows, their steps and their items. Steps and flows are changed here and by operators alone, never with an item's work;
 * each change says in its `where` what it depends on (ADR 33, 46).
 */
@Injectable()
export class FlowRows {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** The flows that have not ended, in their order. One small question where there is none. */
  async open(): Promise<OpenFlow[]> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.Flow as f')
      .leftJoin('AsyncSchema.FlowStep as s', (join) =>
        join
          .onRef('s.FlowId', '=', 'f.FlowId')
          .on('s.DateStarted', 'is not', null)
          .on('s.DateEnded', 'is', null),
      )
      .select(['f.FlowId', 'f.Kind', 'f.FlowKey', 'f.Run', 'f.State', 'f.DateResumed'])
      .select(['s.StepId', 's.Position', 's.Name', 's.MessageId', 's.HoldAfter'])
      .where('f.DateEnded', 'is', null)
      .orderBy('f.FlowId')
      .execute()
    return rows.map(({ FlowId, Kind, FlowKey, Run, State, DateResumed, ...step }) => ({
      ...{ flowId: FlowId, kind: Kind, key: FlowKey, run: Run, state: State, resumed: DateResumed },
      ...(step.StepId === null ? {} : { step: openStep(step) }),
    }))
  }

  /**
   * Begins a flow that waits, with its first step. Of several at once one does, and none while another flow of its kind
   * is under way: the index says so. @returns its first message; undefined where it was not for us
   */
  async start(flow: OpenFlow): Promise<OutgoingMessage | undefined> {
    return this.unlessRefused(() =>
      this.connection.transaction(async (db) => {
        const now = this.clock.now()
        const { numUpdatedRows } = await db
          .updateTable('AsyncSchema.Flow')
          .set({ State: flowState.running, DateStarted: now })
          .where('FlowId', '=', flow.flowId)
          .where('State', '=', flowState.waiting)
          .executeTakeFirst()
        if (!numUpdatedRows) return undefined
        const [first] = await this.steps(db, flow.flowId)
        if (!first) throw new OwnError('a flow has no steps')
        return this.begin(db, flow, first, now)
      }),
    )
  }

  /** How many items of a step are with the broker, as far as the database knows; more than may be are not counted. */
  async underWay(stepId: number): Promise<number> {
    const { db, dialect } = this.connection
    const some = dialect.first(items(db, stepId, underWay).select('o.OutboxId'), mostUnderWay).as('some')
    const { count } = await db
      .selectFrom(some)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** Has items published whose turn has come: they are owed like any other message. Of several relays each gets others. */
  async release(stepId: number, count: number): Promise<QuietMessage[]> {
    const ids = await this.some(stepId, [outboxState.waiting], count)
    if (!ids.length) return []
    const { db, dialect } = this.connection
    const released = db
      .updateTable('AsyncSchema.Outbox')
      // How it failed before it was held is no failure since.
      .set({ State: outboxState.toPublish, LastReason: null, DateLastHeard: this.clock.now() })
      .where('OutboxId', 'in', ids)
      .where('State', '=', outboxState.waiting)
      .where('DateEnded', 'is', null)
    return dialect
      .returning(released, [
        ...(['OutboxId', 'MessageId', 'Subject', 'Body', 'Traceparent'] as const),
        ...(['DatePublished', 'StreamSequence'] as const),
      ])
      .execute()
  }

  /** Items of a flow that is held go back to where they wait: what is delivered of them meanwhile is passed over. */
  async park(stepId: number): Promise<void> {
    const ids = await this.some(stepId, underWay, rowsAtOnce)
    if (!ids.length) return
    await this.connection.db
      .updateTable('AsyncSchema.Outbox')
      .set({ State: outboxState.waiting })
      .where('OutboxId', 'in', ids)
      .where('DateEnded', 'is', null)
      .execute()
  }

  /** How many items have failed, or fail, since the last one that was done, or since the flow was let go on. */
  async failingInARow(stepId: number, resumed: LocalTime | null): Promise<number> {
    const { db } = this.connection
    const { last } = await items(db, stepId, [outboxState.done])
      .select((eb) => eb.fn.max('o.DateEnded').as('last'))
      .executeTakeFirstOrThrow()
    const since = [last ?? '', resumed ?? ''].toSorted().at(-1) ?? ''
    const trying = items(db, stepId, underWay)
      .where('o.Attempts', '>', 0)
      .where('o.LastReason', 'is not', null)
    const failed = items(db, stepId, [outboxState.failed])
    const counts = await Promise.all(
      [trying, failed].map((query) =>
        query
          .$if(since !== '', (rows) => rows.where('o.DateLastHeard', '>', since))
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow(),
      ),
    )
    return counts.reduce((sum, { count }) => sum + Number(count), 0)
  }

  async hold(flowId: number, reason: string): Promise<boolean> {
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.Flow')
      .set({ State: flowState.held, Reason: reason })
      .where('FlowId', '=', flowId)
      .where('State', '=', flowState.running)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /**
   * Ends a step of which no item is open, and begins what comes after it, or ends the flow. One update decides, and all
   * the rest happens with it or not at all: of several relays at once, and whoever dies where, one has done it.
   */
  async endIfDone(flow: OpenFlow, step: OpenStep): Promise<Ended> {
    return this.connection.transaction(async (db) => {
      if (!(await this.takeRunning(db, flow))) return { kind: 'open' }
      const now = this.clock.now()
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.FlowStep')
        .set({ DateEnded: now, Done: this.count(db, step, outboxState.done, step.messageId) })
        .set({ Failed: this.count(db, step, outboxState.failed) })
        .where('StepId', '=', step.stepId)
        .where('DateEnded', 'is', null)
        .where((row) => row.not(row.exists(items(db, step.stepId, open).select('o.OutboxId'))))
        .executeTakeFirst()
      if (!numUpdatedRows) return { kind: 'open' }
      const began = await db
        .selectFrom('AsyncSchema.Outbox')
        .select('State')
        .where('MessageId', '=', step.messageId)
        .executeTakeFirst()
      const steps = await this.steps(db, flow.flowId)
      const beganWell = began?.State !== outboxState.failed
      const next = stepAfter(steps, step.position, { beganWell })
      if (next) return { kind: 'next', message: await this.begin(db, flow, next, now) }
      const state = steps.some(({ failed }) => failed) ? flowState.doneWithFailures : flowState.done
      await db
        .updateTable('AsyncSchema.Flow')
        .set({ State: state, DateEnded: now, Reason: null })
        .where('FlowId', '=', flow.flowId)
        .where('DateEnded', 'is', null)
        .execute()
      return { kind: 'flow', state }
    })
  }

  /** Calls off items of a flow that is called off, and ends it when none is left. @returns whether it has ended */
  async cancelSome({ flowId }: OpenFlow): Promise<boolean> {
    const steps = await this.steps(this.connection.db, flowId)
    for (const { stepId } of steps) {
      const ids = await this.some(stepId, open, rowsAtOnce)
      if (!ids.length) continue
      await this.callOff(ids)
      return false
    }
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.Flow')
      .set({ State: flowState.cancelled, DateEnded: this.clock.now() })
      .where('FlowId', '=', flowId)
      .where('State', '=', flowState.cancelling)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /**
   * Flows that ended with failures of which some are none any more: dead letters were retried, or done after all. They go
   * on: the step with these, and the last one once more. @returns how many
   */
  async reopen(): Promise<number> {
    const changed = await this.changedSinceTheirEnd()
    let reopened = 0
    for (const step of changed) if (await this.unlessRefused(() => this.reopenStep(step))) reopened += 1
    return reopened
  }

  private async changedSinceTheirEnd() {
    const { db } = this.connection
    const since = toLondon(new Date(this.clock.instant().getTime() - reopenedWithinDays * 86_400_000))
    return db
      .selectFrom('AsyncSchema.Flow as f')
      .innerJoin('AsyncSchema.FlowStep as s', 's.FlowId', 'f.FlowId')
      .select(['f.FlowId', 'f.Run', 's.StepId', 's.Position'])
      .where('f.State', '=', flowState.doneWithFailures)
      .where('f.DateEnded', '>', since)
      .where('s.Failed', '>', 0)
      .whereRef('s.Failed', '>', (of) =>
        of
          .selectFrom('AsyncSchema.Outbox as o')
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .whereRef('o.FlowStepId', '=', 's.StepId')
          .where('o.State', '=', outboxState.failed),
      )
      .orderBy('s.Position')
      .execute()
  }

  private reopenStep({ FlowId, Run, StepId, Position }: Reopened): Promise<boolean> {
    return this.connection.transaction(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.Flow')
        .set({ State: flowState.running, DateEnded: null, Run: Run + 1 })
        .where('FlowId', '=', FlowId)
        .where('State', '=', flowState.doneWithFailures)
        .where('Run', '=', Run)
        .executeTakeFirst()
      if (!numUpdatedRows) return false
      const ofFlow = db.updateTable('AsyncSchema.FlowStep').where('FlowId', '=', FlowId)
      await ofFlow.set({ DateEnded: null }).where('StepId', '=', StepId).execute()
      await ofFlow
        .set({ DateStarted: null, DateEnded: null })
        .where('Position', '>', Position)
        .where('Position', '=', (of) =>
          of
            .selectFrom('AsyncSchema.FlowStep as l')
            .select((eb) => eb.fn.max('l.Position').as('last'))
            .where('l.FlowId', '=', FlowId),
        )
        .execute()
      return true
    })
  }

  /** The flow comes before its steps, as it does for everybody who changes both. */
  private async takeRunning(db: Db, { flowId, run }: OpenFlow): Promise<boolean> {
    const taken = await db
      .selectFrom(this.connection.dialect.holding('AsyncSchema.Flow', 'f'))
      .select('f.FlowId')
      .where('f.FlowId', '=', flowId)
      .where('f.State', '=', flowState.running)
      .where('f.Run', '=', run)
      .executeTakeFirst()
    return taken !== undefined
  }

  private async begin(
    db: Db,
    flow: OpenFlow,
    { stepId, position, subject }: StepRow,
    now: LocalTime,
  ): Promise<OutgoingMessage> {
    if (!isSubject(subject)) throw new OwnError('nobody knows how to begin a step')
    const id = stepMessageId(flow, position, subject)
    await db
      .updateTable('AsyncSchema.FlowStep')
      .set({ DateStarted: now, MessageId: id })
      .where('StepId', '=', stepId)
      .execute()
    const message = { id, subject, body: {} }
    await db
      .insertInto('AsyncSchema.Outbox')
      .values({ ...outboxRow(message, now), FlowStepId: stepId })
      .execute()
    return message
  }

  private async steps(db: Db, flowId: number): Promise<StepRow[]> {
    const rows = await db
      .selectFrom('AsyncSchema.FlowStep')
      .select(['StepId', 'Position', 'Subject', 'DateEnded', 'Failed'])
      .where('FlowId', '=', flowId)
      .orderBy('Position')
      .execute()
    return rows.map(({ StepId, Position, Subject, DateEnded, Failed }) => ({
      ...{ stepId: StepId, position: Position, subject: Subject, failed: Failed > 0 },
      ended: DateEnded !== null,
    }))
  }

  private count(db: Db, { stepId }: OpenStep, state: string, butFor = '') {
    return items(db, stepId, [state])
      .$if(butFor !== '', (rows) => rows.where('o.MessageId', '<>', butFor))
      .select((eb) => eb.fn.countAll<number>().as('count'))
  }

  private async some(stepId: number, states: readonly string[], count: number): Promise<number[]> {
    const { db, dialect } = this.connection
    const rows = await dialect.first(items(db, stepId, states).select('o.OutboxId'), count).execute()
    return rows.map(({ OutboxId }) => OutboxId)
  }

  private async callOff(ids: readonly number[]): Promise<void> {
    const now = this.clock.now()
    await this.connection.transaction(async (db) => {
      const of = db.selectFrom('AsyncSchema.Outbox as o').select('o.TaskId').where('o.OutboxId', 'in', ids)
      // The Task row comes first, as it does for everybody (ADR 34).
      for (const schema of ['ExtSchema', 'IntSchema'] as const)
        await db
          .updateTable(`${schema}.Task`)
          .set({ Status: taskStatus.complete, DateProcessed: now })
          .where(
            'TaskId',
            'in',
            of.where('o.TaskSchema', '=', schema).where('o.DateEnded', 'is', null) as never,
          )
          .where('Status', 'in', [taskStatus.pending, taskStatus.inProgress])
          .execute()
      await db
        .updateTable('AsyncSchema.Outbox')
        .set({ State: outboxState.cancelled, LastReason: 'cancelled', DateEnded: now, DateLastHeard: now })
        .where('OutboxId', 'in', ids)
        .where('DateEnded', 'is', null)
        .execute()
    })
  }

  /** @returns undefined where another flow of its kind is under way */
  private async unlessRefused<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    try {
      return await attempt()
    } catch (error) {
      if (this.connection.dialect.isDuplicateKey(error)) return undefined
      throw error
    }
  }
}

interface StepRow {
  readonly stepId: number
  readonly position: number
  readonly subject: string
  readonly ended: boolean
  readonly failed: boolean
}

interface Reopened {
  readonly FlowId: number
  readonly Run: number
  readonly StepId: number
  readonly Position: number
}

const items = (db: Db, stepId: number, states: readonly string[]) =>
  db.selectFrom('AsyncSchema.Outbox as o').where('o.FlowStepId', '=', stepId).where('o.State', 'in', states)

const openStep = (row: {
  readonly StepId: number | null
  readonly Position: number | null
  readonly Name: string | null
  readonly MessageId: string | null
  readonly HoldAfter: number | null
}): OpenStep => ({
  stepId: row.StepId ?? 0,
  position: row.Position ?? 0,
  name: row.Name ?? '',
  messageId: row.MessageId ?? '',
  holdAfter: row.HoldAfter ?? 0,
})
