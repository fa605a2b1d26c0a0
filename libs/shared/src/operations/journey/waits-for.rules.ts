import { toLondon } from '../../clock/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import type { HandlerStatus } from '../status/server-status.js'
import type { Entry, EntryOf } from './journey.rules.js'

/** Which handlers a message is for. */
export interface HandlerOf {
  readonly name: string
  readonly subjects: readonly string[]
}

/** What a message that has not ended waits for, in words. */
export interface Waiting {
  readonly id: string
  /** Null where no handler has anything to do with it yet. */
  readonly handler: string | null
  readonly words: string
}

/**
 * What everything that is under way waits for now.
 * @param handlers those that the code has
 * @param statuses what the server says of them; undefined where it cannot be asked
 */
export function waitsFor(
  entries: readonly Entry[],
  handlers: readonly HandlerOf[],
  statuses: readonly HandlerStatus[] | undefined,
): Waiting[] {
  const tasks = entries.filter((entry) => entry.what === 'task' && entry.status === 'PENDING')
  const messages = entries.filter((entry): entry is EntryOf<'message'> => entry.what === 'message')
  const open = messages.filter(({ ended }) => ended === null)
  return [
    ...tasks.map((task) => ({
      id: `${(task as EntryOf<'task'>).schema}.Task.${(task as EntryOf<'task'>).taskId}`,
      handler: null,
      words: 'waits for the relay to take it up: a few seconds while task-relay runs',
    })),
    ...open.flatMap((message) => ofMessage(message, { entries, handlers, statuses })),
  ]
}

interface Known {
  readonly entries: readonly Entry[]
  readonly handlers: readonly HandlerOf[]
  readonly statuses: readonly HandlerStatus[] | undefined
}

function ofMessage(message: EntryOf<'message'>, { entries, handlers, statuses }: Known): Waiting[] {
  const { id, subject, published, state, notBefore } = message
  if (state === outboxState.waiting)
    return [
      {
        ...{ id, handler: null },
        words:
          notBefore === null
            ? 'waits for its turn, in a flow: ops flows'
            : `waits for its moment: not before ${notBefore.slice(0, 19)}`,
      },
    ]
  if (published === null)
    return [{ id, handler: null, words: 'waits to be published: by the relay, when NATS is there' }]
  const done = (handler: string) =>
    entries.some(
      (entry) =>
        entry.what === 'consumer' && entry.id === id && entry.consumer === handler && entry.done !== null,
    )
  return handlers
    .filter(({ name, subjects }) => subject !== null && subjects.includes(subject) && !done(name))
    .map(({ name }) => ({
      id,
      handler: name,
      words: ofHandler(
        message,
        statuses?.find((status) => status.name === name),
      ),
    }))
}

function ofHandler({ retries, lastReason }: EntryOf<'message'>, status: HandlerStatus | undefined): string {
  if (!status) return 'published; what its handler does cannot be seen'
  const { paused, upstreamOut, starved, lag } = status
  if (paused) return `held up: paused since ${shown(paused.since)}: ${paused.reason}`
  if (upstreamOut) {
    const { refused, since, until, reason } = upstreamOut
    const what = refused ? 'its upstream refuses this service' : 'its upstream is out'
    return `held up: ${what} since ${shown(since)} (${reason}), next try ${shown(until)}`
  }
  if (starved !== null) return `held up: ${starved}`
  if (retries) return `waits for another try: ${retries} failed, last ${lastReason ?? 'for no reason'}`
  return lag ? `waits its turn: ${lag} wait there` : 'is being handled'
}

const shown = (time: Date): string => toLondon(time).slice(0, 19)
