import type { TaskRef } from '#shared/contracts'

/** A restoration of the database, as seen by a message. Ages in milliseconds. */
export interface Restoration {
  readonly sinceCopyMs: number
  readonly sinceRecordedMs: number
  /** The last numbers there were as it was written down. */
  readonly lastOutboxId: number
  readonly lastTaskId: Readonly<Record<TaskRef['schema'], number>>
}

/** What may have been tried in a time that the database has forgotten. */
export interface LostTry {
  /** Whether to ask outside first. */
  readonly ask: boolean
  /** How long ago the try may have been, in milliseconds; undefined where there was none that nobody remembers. */
  readonly sinceMs: number | undefined
}

/**
 * A run that was in the copy, or is the first of a row that was, may have been tried between the copy and its return.
 * A later run is what a person asked for since. A message of no row may be one from before: who hears of it asks, as
 * long as the answer says something.
 * @param outboxId undefined for a message that the outbox does not have
 * @param rememberedMs for how long a try can be looked for outside
 */
export function lostTryOf(
  message: { readonly task?: TaskRef | undefined; readonly outboxId: number | undefined },
  restorations: readonly Restoration[],
  rememberedMs: number,
): LostTry {
  const { task, outboxId = Infinity } = message
  const ages: number[] = []
  let ask = false
  for (const { sinceCopyMs, sinceRecordedMs, lastOutboxId, lastTaskId } of restorations) {
    const isOld = task === undefined || task.taskId <= lastTaskId[task.schema]
    if (isOld && task && (task.run === 1 || outboxId <= lastOutboxId)) ages.push(sinceCopyMs)
    else if (isOld && sinceRecordedMs < rememberedMs) ask = true
  }
  return ages.length ? { ask: true, sinceMs: Math.max(...ages) } : { ask, sinceMs: undefined }
}
