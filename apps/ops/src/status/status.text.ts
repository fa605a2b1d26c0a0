import { toLondon } from '#shared/clock'
import type { DatabaseStatus, HandlerStatus, ServerStatus } from '#shared/operations'
import { ageText } from '../ages.js'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

const age = (ms: number | null): string | null => (ms === null ? null : ageText(ms))
const at = (time: Date): string => toSeconds(toLondon(time))

/** What the server holds, for people. */
export const serverLines = ({ streams, handlers, deadLetters }: ServerStatus): string[] => [
  ...tableLines(
    ['STREAM', 'MESSAGES', 'BYTES', 'OLDEST', 'NEWEST', 'REPLICAS'],
    streams.map((stream) =>
      stream.present
        ? [
            ...[stream.name, stream.messages, stream.bytes, age(stream.oldestMs), age(stream.newestMs)],
            stream.replicas,
          ]
        : [stream.name, null, null, 'missing'],
    ),
  ),
  '',
  ...tableLines(
    ['HANDLER', 'WAITING', 'IN FLIGHT', 'TRIED BEFORE', 'OLDEST', 'DEAD LETTERS', 'STATE'],
    handlers.map((handler) => [
      ...[handler.name, handler.lag, handler.inFlight, handler.retried, age(handler.oldestMs)],
      ...[deadLetters[handler.name] ?? 0, stateOf(handler)],
    ]),
  ),
]

function stateOf({ paused, upstreamOut, starved }: HandlerStatus): string {
  const states = [
    ...(starved === null ? [] : [starved]),
    ...(paused ? [`paused since ${at(paused.since)}: ${paused.reason}`] : []),
    ...(upstreamOut
      ? [
          `upstream ${upstreamOut.refused ? 'refuses this service' : 'out'} since ${at(upstreamOut.since)}, tried at ${at(upstreamOut.until)}: ${upstreamOut.reason}`,
        ]
      : []),
  ]
  return states.join('; ') || 'working'
}

/** What the database says is to be done, for people. */
export const databaseLines = ({ outbox, waiting, tasks, payments }: DatabaseStatus): string[] => [
  `messages owed: ${outbox.owed}${outbox.oldestMs === null ? '' : `, the oldest for ${ageText(outbox.oldestMs)}`}`,
  ...(waiting.next === null
    ? []
    : [`messages that wait for their moment: ${waiting.count}, the first until ${toSeconds(waiting.next)}`]),
  '',
  ...tableLines(
    ['TASKS OF', 'STATUS', 'ROWS'],
    tasks.map(({ schema, status, count }) => [schema, status, count]),
  ),
  '',
  ...(payments.length
    ? tableLines(
        ['PAYMENT RUN', 'STATE', 'LAST REASON'],
        payments.map(({ date, state, reason }) => [date, state, reason]),
      )
    : ['no payment run is unfinished']),
]
