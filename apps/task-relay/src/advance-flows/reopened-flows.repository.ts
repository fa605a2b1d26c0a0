import { Injectable } from '@nestjs/common'
import { Clock, toLondon } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { flowState } from '#shared/flows'
import { outboxState } from '#shared/unit-of-work'
import { unlessRefused } from './open-flows.repository.js'

/** A dead letter is kept for thirty days: what failed longer ago nobody can do again, and its rows may be gone. */
const reopenedWithinDays = 40

interface Reopened {
  readonly FlowId: number
  readonly Run: number
  readonly StepId: number
  readonly Position: number
}

/** Flows that ended with failures, and go on where these are done after all. */
@Injectable()
export class ReopenedFlows {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Flows that ended with failures of which some are none any more: dead letters were retried, or done after all. They go
   * on: the step with these, and the last one once more. @returns how many
   */
  async reopen(): Promise<number> {
    const changed = await this.changedSinceTheirEnd()
    let reopened = 0
    for (const step of changed)
      if (await unlessRefused(this.connection.dialect, () => this.reopenStep(step))) reopened += 1
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
}
