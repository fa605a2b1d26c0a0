import { Injectable } from '@nestjs/common'
import type { Kysely } from 'kysely'
import { Clock, type LocalTime } from '#shared/clock'
import { DatabaseConnection, type Database } from '#shared/database'
import { outboxState } from '#shared/unit-of-work'
import type { QuietMessage } from '../republish-quiet/quiet-rows.repository.js'
import { mostUnderWay } from './advance-flows.rules.js'
import type { OpenStep } from './open-flows.repository.js'

/** Rows changed in one statement. */
const rowsAtOnce = 500

const underWay = [outboxState.toPublish, outboxState.published]
/** The states of an item that has not ended. */
export const openStates = [...underWay, outboxState.waiting]

/** Items of a step in some states: rows of the outbox. */
export const items = (db: Kysely<Database>, stepId: number, states: readonly string[]) =>
  db.selectFrom('AsyncSchema.Outbox as o').where('o.FlowStepId', '=', stepId).where('o.State', 'in', states)

/** Counts of a step's items by their ends, for the statement that writes them down. What began it is no work that was done. */
export const endsOf = (
  db: Kysely<Database>,
  { stepId, messageId }: Pick<OpenStep, 'stepId' | 'messageId'>,
) => {
  const count = (state: string) =>
    items(db, stepId, [state]).select((eb) => eb.fn.countAll<number>().as('count'))
  return {
    done: count(outboxState.done).where('o.MessageId', '<>', messageId),
    failed: count(outboxState.failed),
  }
}

/** The numbers of some of them, as many as are changed in one statement at the most. */
export async function someItems(
  { db, dialect }: DatabaseConnection,
  stepId: number,
  states: readonly string[],
  count = rowsAtOnce,
): Promise<number[]> {
  const rows = await dialect.first(items(db, stepId, states).select('o.OutboxId'), count).execute()
  return rows.map(({ OutboxId }) => OutboxId)
}

/** Items of a step that is under way: whose turn it is, and how they fare. */
@Injectable()
export class FlowItems {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

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
    const ids = await someItems(this.connection, stepId, [outboxState.waiting], count)
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
    const ids = await someItems(this.connection, stepId, underWay)
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
}
