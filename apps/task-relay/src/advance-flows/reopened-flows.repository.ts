import { Injectable } from '@nestjs/common'
import { Clock, toLondon } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { flowState } from '#shared/flows'
import { outboxState } from '#shared/unit-of-work'
import { unlessRefused } from './open-flows.repository.js'

/** A dead letter is kept for thirty days: what failed longer ago nobody can do again, and its rows may be gone. */
const reopenedWithinDays = 40

/** A step of a flow that ended with failures, of which some are none any more. */
export interface Reopened {
  readonly flowId: number
  readonly kind: string
  readonly run: number
  readonly stepId: number
  readonly position: number
}

/** Flows that ended with failures, and go on where these are done after all. */
@Injectable()
export class ReopenedFlows {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /** The steps of which fewer have failed than was counted as their flows ended: retried, or done after all. */
  async changedSinceTheirEnd(): Promise<Reopened[]> {
    const { db } = this.connection
    const since = toLondon(new Date(this.clock.instant().getTime() - reopenedWithinDays * 86_400_000))
    const rows = await db
      .selectFrom('AsyncSchema.Flow as f')
      .innerJoin('AsyncSchema.FlowStep as s', 's.FlowId', 'f.FlowId')
      .select(['f.FlowId', 'f.Kind', 'f.Run', 's.StepId', 's.Position'])
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
    return rows.map(({ FlowId, Kind, Run, StepId, Position }) => ({
      ...{ flowId: FlowId, kind: Kind, run: Run, stepId: StepId, position: Position },
    }))
  }

  /**
   * Has a flow go on: the step with what is no failure any more, and the last one once more.
   * @returns whether it does; false where it was not for us
   */
  async reopen(changed: Reopened): Promise<boolean> {
    const isReopened = await unlessRefused(this.connection.dialect, () => this.reopenStep(changed))
    return isReopened ?? false
  }

  private reopenStep({ flowId, run, stepId, position }: Reopened): Promise<boolean> {
    return this.connection.transaction(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('AsyncSchema.Flow')
        .set({ State: flowState.running, DateEnded: null, Run: run + 1 })
        .where('FlowId', '=', flowId)
        .where('State', '=', flowState.doneWithFailures)
        .where('Run', '=', run)
        .executeTakeFirst()
      if (!numUpdatedRows) return false
      const ofFlow = db.updateTable('AsyncSchema.FlowStep').where('FlowId', '=', flowId)
      await ofFlow.set({ DateEnded: null }).where('StepId', '=', stepId).execute()
      await ofFlow
        .set({ DateStarted: null, DateEnded: null })
        .where('Position', '>', position)
        .where('Position', '=', (of) =>
          of
            .selectFrom('AsyncSchema.FlowStep as l')
            .select((eb) => eb.fn.max('l.Position').as('last'))
            .where('l.FlowId', '=', flowId),
        )
        .execute()
      return true
    })
  }
}
