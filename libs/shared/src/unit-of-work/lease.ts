import type { ExpressionBuilder } from 'kysely'
import { staleTimes } from '../clock/index.js'
import { withinSpan, type Database, type SqlDialect } from '../database/index.js'

/**
 * For how long an attempt takes what nobody else is to be at, in milliseconds: more than it can last, and than it can have
 * an effect afterwards.
 */
export interface Lease {
  readonly ms: number
  /** For how long anybody takes one of these. */
  readonly longestMs: number
}

/**
 * Whether nobody has a message by now, by the database's clock: replicas' own may differ by more than a lease. A moment
 * further ahead than anybody takes one for is from before that clock was put right.
 * @param now by this replica's clock: who began before there was such a moment left nothing but when, by its own
 */
export const isFree =
  (dialect: SqlDialect, now: Date, { ms, longestMs }: Lease) =>
  (row: ExpressionBuilder<Database, 'AsyncSchema.Inbox'>) =>
    row.or([
      row('DateBusyUntil', '<=', dialect.inMs(0)),
      row('DateBusyUntil', '>', dialect.inMs(longestMs)),
      row('DateBusyUntil', 'is', null).and(
        row.or(staleTimes(now, ms).map((span) => withinSpan('DateStarted', span))),
      ),
    ])
