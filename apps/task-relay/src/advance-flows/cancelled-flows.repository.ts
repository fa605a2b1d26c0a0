import { Injectable } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { taskStatus } from '#shared/contracts'
import { DatabaseConnection } from '#shared/database'
import { flowState } from '#shared/flows'
import { outboxState } from '#shared/unit-of-work'
import { endsOf, openStates, someItems } from './flow-items.repository.js'
import type { OpenFlow } from './open-flows.repository.js'

interface Step {
  readonly StepId: number
  readonly MessageId: string | null
}

/** Flows that a person has called off, until nothing of them is open. */
@Injectable()
export class CancelledFlows {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Calls off items of a flow that is called off, and ends it when none is left, with what was done by then.
   * @returns whether it has ended
   */
  async cancelSome({ flowId }: OpenFlow): Promise<boolean> {
    const { db } = this.connection
    const steps = await db
      .selectFrom('AsyncSchema.FlowStep')
      .select(['StepId', 'MessageId'])
      .where('FlowId', '=', flowId)
      .execute()
    for (const { StepId } of steps) {
      const ids = await someItems(this.connection, StepId, openStates)
      if (!ids.length) continue
      await this.callOff(ids)
      return false
    }
    return this.end(flowId, steps)
  }

  private async end(flowId: number, steps: readonly Step[]): Promise<boolean> {
    return this.connection.transaction(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.Flow')
        .set({ State: flowState.cancelled, DateEnded: this.clock.now() })
        .where('FlowId', '=', flowId)
        .where('State', '=', flowState.cancelling)
        .executeTakeFirst()
      if (!numUpdatedRows) return false
      for (const { StepId, MessageId } of steps) {
        if (MessageId === null) continue
        const { done, failed } = endsOf(db, { stepId: StepId, messageId: MessageId })
        await db
          .updateTable('AsyncSchema.FlowStep')
          .set({ Done: done, Failed: failed })
          .where('StepId', '=', StepId)
          // What was written of a step as it ended stays where its items are pruned by now.
          .where((step) => step.or([step('Done', '<', done), step('Failed', '<', failed)]))
          .execute()
      }
      return true
    })
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
}
