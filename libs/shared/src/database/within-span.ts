import { sql, type RawBuilder, type SqlBool } from 'kysely'
import type { TimeSpan } from '../clock/index.js'

/**
 * Whether a column's time is in a span, as `staleTimes` gives them, in either dialect. One question for each span, rather
 * than one with all of them: each then reads its stretch of an index and nothing else.
 */
export function withinSpan(column: string, { after, before }: TimeSpan): RawBuilder<SqlBool> {
  const bounds = [
    ...(after === undefined ? [] : [sql`${sql.ref(column)} > ${after}`]),
    ...(before === undefined ? [] : [sql`${sql.ref(column)} < ${before}`]),
  ]
  return sql<SqlBool>`(${sql.join(bounds, sql` and `)})`
}
