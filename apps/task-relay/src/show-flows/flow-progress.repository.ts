import { Injectable } from '@nestjs/common'
import { DatabaseConnection } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import { openStates } from '../advance-flows/flow-items.repository.js'
import { openFlows } from '../advance-flows/open-flows.repository.js'

/** How a flow that has not ended stands. Times are London's. */
export interface FlowProgress {
  readonly kind: string
  readonly state: string
  /** Items that have not ended, up to `mostItemsCounted`; the message that began the step is one. */
  readonly open: number
  /** What has happened of it last, in no order: it was begun, let go on, an item has ended. */
  readonly moved: readonly string[]
}

/** More open items than these are not counted. */
const mostItemsCounted = 100_000
const ends = [outboxState.done, outboxState.failed] as const

/** How far the flows are that have not ended, read through the items' index: never through those that have ended. */
@Injectable()
export class FlowsProgress {
  constructor(private readonly connection: DatabaseConnection) {}

  async open(): Promise<FlowProgress[]> {
    const flows = await openFlows(this.connection.db)
      .select(['f.Kind', 'f.State', 'f.DateCreated', 'f.DateStarted', 'f.DateResumed'])
      .select(['s.StepId', 's.DateStarted as stepStarted'])
      .execute()
    return Promise.all(
      flows.map(async ({ Kind, State, StepId, DateCreated, DateStarted, DateResumed, stepStarted }) => ({
        ...{ kind: Kind, state: State, open: StepId === null ? 0 : await this.openItems(StepId) },
        moved: [
          ...[DateCreated, DateStarted, DateResumed, stepStarted],
          ...(StepId === null ? [] : await Promise.all(ends.map((state) => this.lastEnded(StepId, state)))),
        ].filter((time) => time !== null),
      })),
    )
  }

  private async openItems(stepId: number): Promise<number> {
    const { db, dialect } = this.connection
    const items = db
      .selectFrom('AsyncSchema.Outbox as o')
      .select('o.OutboxId')
      .where('o.FlowStepId', '=', stepId)
      .where('o.State', 'in', openStates)
    const { count } = await db
      .selectFrom(dialect.first(items, mostItemsCounted).as('some'))
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  private async lastEnded(stepId: number, state: string): Promise<string | null> {
    const { last } = await this.connection.db
      .selectFrom('AsyncSchema.Outbox as o')
      .select((eb) => eb.fn.max('o.DateEnded').as('last'))
      .where('o.FlowStepId', '=', stepId)
      .where('o.State', '=', state)
      .executeTakeFirstOrThrow()
    return last
  }
}
