import type { MsgHdrs } from '@nats-io/nats-core'
import {
  placeId,
  publishersId,
  scheduleMessageId,
  slotIn,
  taskMessageId,
  unreadableId,
  type Place,
  type Slot,
  type Subject,
  type TaskRef,
} from '../../contracts/index.js'

/** What a body says it is about: a Task row's run, a job's run, or neither; undefined where it could not be read. */
export type Named = TaskRef | JobRun | null | undefined

interface JobRun {
  readonly slot: Slot
}

/** A message where it is stored. */
export interface PlacedMessage extends Place {
  readonly subject: string
}

/**
 * What makes a repeat of a message recognisable: the Task row's run, if it is one's; else the publisher's id; else
 * its place in the stream, with the time it was stored there.
 * @param named undefined where the body could not be read: then it may be a run's
 */
export function identify(message: PlacedMessage, headers: MsgHdrs | undefined, named: Named): string {
  if (named && 'taskId' in named) return taskMessageId(named)
  const given = givenId(headers)
  if (given === undefined) return placeId(message)
  if (named === undefined) return unreadableId(given)
  return publishersId(given, named ? scheduleMessageId(message.subject as Subject, named.slot) : undefined)
}

/** The job's run that a body is about; null where it is about none. */
export function jobRunIn(body: unknown): JobRun | null {
  const slot = slotIn(body)
  return slot === undefined ? null : { slot }
}

/** The id that a publisher gave a message. */
export const givenId = (headers: MsgHdrs | undefined): string | undefined =>
  headers?.get('ce-id') || headers?.get('Nats-Msg-Id') || undefined

/**
 * A time as the server writes it, to the nanosecond (`2026-11-21T10:00:00.123456789Z`), in nanoseconds since 1970: as
 * the address of a delivery has it.
 * @throws for what is no such time
 */
export function nanosecondsOf(timestamp: string): string {
  const [, seconds = '', fraction = ''] = /^([^.]+?)(?:\.(\d{1,9}))?Z$/.exec(timestamp) ?? []
  return String(BigInt(Date.parse(`${seconds}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0')))
}
