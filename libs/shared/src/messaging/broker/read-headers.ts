import type { MsgHdrs } from '@nats-io/nats-core'

/**
 * Reads the headers of a message. The server stores what publishers send, and the client throws on a name with a
 * space in it or a value with a line break, each time they are looked at.
 * @param look gives the headers, or throws
 * @returns undefined where there are none; `unreadable` where they cannot be read
 */
export function readHeaders(look: () => MsgHdrs | undefined): MsgHdrs | 'unreadable' | undefined {
  try {
    return look()
  } catch {
    return 'unreadable'
  }
}
