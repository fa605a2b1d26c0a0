import { streams } from '#shared/contracts'

const { deadLetters, ...streamsOfWork } = streams
const workDays = Math.max(...Object.values(streamsOfWork).map(({ maxAgeDays }) => maxAgeDays))

/**
 * Days for which a message that has been dealt with may come again: it is replayed as long as its stream keeps it, the
 * replay fails and is a dead letter, and what an operator makes of that is in the stream once more.
 */
export const comesAgainDays = workDays + deadLetters.maxAgeDays + workDays

/** London days and the hours in which the clocks change are coarser than the server's ages of messages. */
const spareDays = 2

/** Until then a repeat must find that its message is done. */
const inboxDays = comesAgainDays + spareDays

/**
 * How many days each kind of record is kept, counted from when it was last of use.
 *
 * The runs of a Task row outlive all traces of their messages: the row's next run gets the number after the highest
 * there is, and if none is left it is run 1 again. A message of an earlier run 1 may have come for the last time
 * `comesAgainDays` after that run ended, and have left a record in the inbox then.
 */
export const keptDays = {
  inbox: inboxDays,
  /** Messages without a Task row; their ids come from their cause's, so they go well before a run of that number may come again. */
  followUps: inboxDays,
  taskRuns: 2 * inboxDays,
  /** What became of a notification: as long as its message may come again, so that a journey has both. */
  notifications: inboxDays,
  /** What endpoints were sent: so long can it be sent once more. */
  webhooks: inboxDays,
} as const
