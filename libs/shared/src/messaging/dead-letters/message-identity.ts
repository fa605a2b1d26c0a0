import type { MsgHdrs } from '@nats-io/nats-core'
import {
  fittingId,
  placeId,
  publishersId,
  taskMessageId,
  type Place,
  type TaskRef,
} from '../../contracts/index.js'

/**
 * What makes a repeat of a message recognisable: the Task row's run, if it is one's; else the publisher's id; else
 * its place in the stream, with the time it was stored there.
 * @param task null where the body was read and names none, undefined where it could not be read: then it may be a run's
 */
export function identify(
  place: Place,
  headers: MsgHdrs | undefined,
  task: TaskRef | null | undefined,
): string {
  if (task) return taskMessageId(task)
  const given = givenId(headers)
  if (given === undefined) return placeId(place)
  return task === null ? publishersId(given) : fittingId(given)
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
