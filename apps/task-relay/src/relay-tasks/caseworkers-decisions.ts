import type { Compilable, Kysely } from 'kysely'
import { decisionOf } from '#shared/claims'
import type { LocalTime } from '#shared/clock'
import type { OutgoingMessage, TaskRef } from '#shared/contracts'
import type { Database, SqlDialect } from '#shared/database'
import { toldEvents } from '#shared/unit-of-work'
import type { PendingTask, RelayDecision } from './relay-tasks.rules.js'

interface TakenRow {
  readonly row: PendingTask
  readonly task: TaskRef
  readonly decision: RelayDecision
}

/**
 * The statements that tell other systems what caseworkers decided: of the rows that they wrote with it, as those are taken for
 * the first time. What the services decide they tell themselves, and their rows have a run before anybody can take them.
 * @param owed told the message that is owed then
 */
export function caseworkersDecisions(
  place: { readonly db: Kysely<Database>; readonly dialect: SqlDialect; readonly now: LocalTime },
  rows: readonly TakenRow[],
  owed: (message: OutgoingMessage) => void,
): Compilable[] {
  const told = rows.flatMap(({ row, task, decision }) => {
    if (decision.kind !== 'publish' || task.run > 1) return []
    const event = decisionOf({ ...row, Task: row.Task ?? '', DateCreated: row.DateCreated ?? '' })
    return event ? [{ event, cause: decision.message }] : []
  })
  const [first] = told
  if (!first) return []
  const events = told.map(({ event }) => event)
  return toldEvents(place, events, first.cause, owed)
}
