import type { MsgHdrs } from '@nats-io/nats-core'
import { fittingId, taskMessageId, type TaskRef } from '../contracts/index.js'

/**
 * What makes a repeat of a message recognisable: the Task row's run, if it is one's; else the publisher's id; else
 * its place in the stream.
 */
export function identify(
  place: { readonly stream: string; readonly sequence: number },
  headers: MsgHdrs | undefined,
  task: TaskRef | undefined,
): string {
  if (task) return taskMessageId(task)
  return fittingId(
    headers?.get('ce-id') || headers?.get('Nats-Msg-Id') || `${place.stream}.${place.sequence}`,
  )
}
