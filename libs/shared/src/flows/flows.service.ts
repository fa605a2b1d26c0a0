import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { fittingId, type MessageIdentity } from '../contracts/index.js'
import { DatabaseConnection, fit, type Database } from '../database/index.js'
import { OwnError } from '../logging/index.js'
import { PermanentFailure } from '../messaging/index.js'
import { outboxState, type Work } from '../unit-of-work/index.js'
import { usualHoldAfter, type FlowDefinition } from './flow-definition.js'
import { flowState } from './flow-state.js'

/** The step that a message begins, with its flow. */
export interface StepAtHand {
  readonly flowId: number
  readonly stepId: number
  /** What the flow is about. */
  readonly key: string
  /** What was given with it. */
  readonly input: unknown
  /** 1, and one more each time that what had failed was done again after its end. */
  readonly run: number
}

/** More than one of so many may be removed only where a person agrees. */
const removedAtMostOneOf = 10

/** Flows, as their handlers begin and meet them. */
@Injectable()
export class Flows {
  constructor(private readonly connection: DatabaseConnection) {}

  /**
   * Has a flow begun, with the work at hand; the relay takes it from there. Nothing happens where there was one of its
   * kind and key before; where another one of its kind is under way, it waits.
   */
  async begin(
    work: Pick<Work, 'db' | 'dialect' | 'now'>,
    { name, steps }: FlowDefinition,
    about: string,
    input: object = {},
  ): Promise<void> {
    const { db, dialect, now } = work
    const key = fittingId(about)
    const same = db
      .selectFrom('AsyncSchema.Flow')
      .select('FlowId')
      .where('Kind', '=', name)
      .where('FlowKey', '=', key)
    // Of two at once one is refused by the index, with all of its work, and finds this one when it is tried again.
    if (await same.executeTakeFirst()) return
    const begun = db.insertInto('AsyncSchema.Flow').values({
      ...{ Kind: name, FlowKey: key, Input: JSON.stringify(input) },
      ...{ State: flowState.waiting, Run: 1, DateCreated: now },
    })
    const [flow] = await dialect.returning(begun, ['FlowId']).execute()
    if (!flow) throw new OwnError('a flow was not inserted')
    const rows = steps.map(({ name: Name, message, holdAfter = usualHoldAfter }, Position) => ({
      ...{ FlowId: flow.FlowId, Position, Name, Subject: message.subject },
      ...{ HoldAfter: holdAfter, Queued: 0, Done: 0, Failed: 0 },
    }))
    await db.insertInto('AsyncSchema.FlowStep').values(rows).execute()
  }

  /**
   * The step that a message begins. All that follows from its work from now on are the step's items.
   * @throws PermanentFailure where the message begins none: somebody else has published it
   */
  async queueing(delivery: Pick<MessageIdentity, 'id'> & { flowStep?: number }): Promise<StepAtHand> {
    const step = await this.stepOf(delivery)
    delivery.flowStep = step.stepId
    return step
  }

  /** The same for a step that is one piece of work: nothing that follows from it is an item. */
  async stepOf({ id }: Pick<MessageIdentity, 'id'>): Promise<StepAtHand> {
    const found = await this.connection.db
      .selectFrom('AsyncSchema.FlowStep as s')
      .innerJoin('AsyncSchema.Flow as f', 'f.FlowId', 's.FlowId')
      .innerJoin('AsyncSchema.Outbox as o', 'o.FlowStepId', 's.StepId')
      .select(['f.FlowId', 's.StepId', 'f.FlowKey', 'f.Input', 'f.Run'])
      .where('o.MessageId', '=', id)
      .executeTakeFirst()
    if (!found) throw new PermanentFailure('step-of-no-flow')
    const { FlowId, StepId, FlowKey, Input, Run } = found
    return { flowId: FlowId, stepId: StepId, key: FlowKey, input: JSON.parse(Input) as unknown, run: Run }
  }

  /**
   * Whether a step may remove so many: of more than a tenth of what there is, only where a person has agreed. Where it may
   * not yet, the flow waits, and its handler has nothing more to do: the message comes again with the approval.
   */
  async mayRemove(
    { flowId, stepId }: StepAtHand,
    { removed, of }: { readonly removed: number; readonly of: number },
  ): Promise<boolean> {
    if (removed * removedAtMostOneOf <= of) return true
    const { db } = this.connection
    const approved = await db
      .selectFrom('AsyncSchema.FlowStep')
      .select('StepId')
      .where('StepId', '=', stepId)
      .where('DateApproved', 'is not', null)
      .executeTakeFirst()
    if (approved) return true
    await db
      .updateTable('AsyncSchema.Flow')
      .set({
        State: flowState.waitingForApproval,
        Reason: fit('AsyncSchema.Flow', 'Reason', `would-remove-${removed}-of-${of}`),
      })
      .where('FlowId', '=', flowId)
      .where('State', '=', flowState.running)
      .where((flow) =>
        flow.exists(
          flow
            .selectFrom('AsyncSchema.FlowStep as s')
            .select('s.StepId')
            .where('s.StepId', '=', stepId)
            .where('s.DateApproved', 'is', null),
        ),
      )
      .execute()
    // Its message comes again when its turn comes: also where somebody has agreed between this and that.
    await db
      .updateTable('AsyncSchema.Outbox')
      .set({ State: outboxState.waiting })
      .where('FlowStepId', '=', stepId)
      .where('MessageId', '=', (step) =>
        step.selectFrom('AsyncSchema.FlowStep as s').select('s.MessageId').where('s.StepId', '=', stepId),
      )
      .where('State', 'in', [outboxState.toPublish, outboxState.published])
      .execute()
    return false
  }

  /**
   * Says anew what was given with a flow, for those who look at it later.
   * @param db a transaction, where it is so only with what else is done in it
   */
  async note(
    { flowId }: StepAtHand,
    input: object,
    db: Kysely<Database> = this.connection.db,
  ): Promise<void> {
    await db
      .updateTable('AsyncSchema.Flow')
      .set({ Input: JSON.stringify(input) })
      .where('FlowId', '=', flowId)
      .execute()
  }

  /** The newest flow of a kind, however it stands; undefined where there was none. */
  async newest({ name }: Pick<FlowDefinition, 'name'>): Promise<NewestFlow | undefined> {
    const { db, dialect } = this.connection
    const flows = db
      .selectFrom('AsyncSchema.Flow')
      .select(['FlowId', 'Input'])
      .where('Kind', '=', name)
      .orderBy('FlowId', 'desc')
    const found = await dialect.first(flows, 1).executeTakeFirst()
    return found && { flowId: found.FlowId, input: JSON.parse(found.Input) as unknown }
  }

  /** How a flow stands: for the step that reports on it. */
  async totals({ flowId }: StepAtHand): Promise<readonly StepTotals[]> {
    const rows = await this.connection.db
      .selectFrom('AsyncSchema.FlowStep as s')
      .leftJoin('AsyncSchema.Outbox as o', (join) =>
        join.onRef('o.MessageId', '=', 's.MessageId').on('o.State', '=', outboxState.failed),
      )
      .select(['s.Name', 's.Queued', 's.Done', 's.Failed', 'o.LastReason'])
      .where('s.FlowId', '=', flowId)
      .orderBy('s.Position')
      .execute()
    return rows.map(({ Name, Queued, Done, Failed, LastReason }) => ({
      ...{ step: Name, queued: Queued, done: Done, failed: Failed },
      ...(LastReason === null ? {} : { refused: LastReason }),
    }))
  }
}

export interface StepTotals {
  readonly step: string
  readonly queued: number
  readonly done: number
  readonly failed: number
  /** Why the message that began it failed: a code; absent where it did not. */
  readonly refused?: string
}

export interface NewestFlow {
  readonly flowId: number
  /** What was given with it, or noted since. */
  readonly input: unknown
}
