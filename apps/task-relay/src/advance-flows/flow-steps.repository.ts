import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock, type LocalTime } from '#shared/clock'
import { isSubject, stepMessageId, type OutgoingMessage } from '#shared/contracts'
import { DatabaseConnection, type Database } from '#shared/database'
import { flowState } from '#shared/flows'
import { PermanentFailure, TemporaryFailure } from '#shared/messaging'
import { outboxRow, outboxState } from '#shared/unit-of-work'
import { stepAfter } from './advance-flows.rules.js'
import { endsOf, items, openStates } from './flow-items.repository.js'
import { unlessRefused, type OpenFlow, type OpenStep } from './open-flows.repository.js'

type Db = Kysely<Database>

/** What became of a step that was looked at. */
export type Ended =
  | { readonly kind: 'open' }
  | { readonly kind: 'next'; readonly message: OutgoingMessage }
  | { readonly kind: 'flow'; readonly state: string }

interface StepRow {
  readonly stepId: number
  readonly position: number
  readonly subject: string
  readonly ended: boolean
  readonly failed: boolean
}

/** A flow's steps, one after the other; each change says in its `where` what it depends on (ADR 33, 46). */
@Injectable()
export class FlowSteps {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins a flow that waits, with its first step. Of several at once one does, and none while another flow of its kind
   * is under way: the index says so. @returns its first message; undefined where it was not for us
   * @throws where it has no steps, or nobody knows how to begin its first: it waits as before
   */
  async start(flow: OpenFlow): Promise<OutgoingMessage | undefined> {
    return unlessRefused(this.connection.dialect, () =>
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
        if (!first) throw new PermanentFailure('flow-without-steps')
        return this.begin(db, flow, first, now)
      }),
    )
  }

  /**
   * Ends a step of which no item is open, and begins what comes after it, or ends the flow. One update decides, and all
   * the rest happens with it or not at all: of several relays at once, and whoever dies where, one has done it.
   * @throws where nobody knows how to begin what comes after it: then it has not ended
   */
  async endIfDone(flow: OpenFlow, step: OpenStep): Promise<Ended> {
    return this.connection.transaction(async (db) => {
      if (!(await this.takeRunning(db, flow))) return { kind: 'open' }
      const now = this.clock.now()
      const { done, failed } = endsOf(db, step)
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.FlowStep')
        .set({ DateEnded: now, Done: done, Failed: failed })
        .where('StepId', '=', step.stepId)
        .where('DateEnded', 'is', null)
        .where((row) => row.not(row.exists(items(db, step.stepId, openStates).select('o.OutboxId'))))
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
      const state = steps.some((each) => each.failed) ? flowState.doneWithFailures : flowState.done
      await db
        .updateTable('AsyncSchema.Flow')
        .set({ State: state, DateEnded: now, Reason: null })
        .where('FlowId', '=', flow.flowId)
        .where('DateEnded', 'is', null)
        .execute()
      return { kind: 'flow', state }
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
    // A newer release may know it.
    if (!isSubject(subject)) throw new TemporaryFailure('subject-unknown')
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
}
