import type { LocalTime } from '../../clock/index.js'

/** A claim as it stands. `ExtSchema`: it waits there for this project or for its claimant. */
export interface ClaimState {
  readonly schema: 'ExtSchema' | 'IntSchema'
  readonly claimId: number
  readonly status: string
  readonly submitted: LocalTime | null
  readonly updated: LocalTime | null
}

/** Something that happened, with when it began. Ids, names, codes and times: nothing personal has a field. */
export type Entry = { readonly at: LocalTime } & (
  | {
      readonly what: 'consumer'
      readonly id: string
      readonly consumer: string
      readonly state: string
      readonly done: LocalTime | null
    }
  | {
      readonly what: 'event'
      readonly name: string
      readonly claimId: number
      readonly internal: boolean | null
    }
  | {
      readonly what: 'task'
      readonly schema: 'ExtSchema' | 'IntSchema'
      readonly taskId: number
      readonly name: string
      readonly claimId: number | null
      readonly status: string
      readonly processed: LocalTime | null
    }
  | {
      readonly what: 'message'
      readonly id: string
      readonly subject: string | null
      readonly run: number | null
      readonly state: string
      /** Failed attempts that another one followed. */
      readonly retries: number
      readonly lastReason: string | null
      readonly published: LocalTime | null
      readonly ended: LocalTime | null
      /** It waits for this moment; null where it is as soon as can be. */
      readonly notBefore: LocalTime | null
    }
  | {
      readonly what: 'notification'
      /** Of the message that asked for it. */
      readonly id: string
      readonly channel: string
      readonly template: string
      /** `sending` while nobody knows, then in Notify's words. */
      readonly state: string
      readonly ended: LocalTime | null
      /** When Notify is asked again, or it is sent anew, or somebody looks whether that was so. */
      readonly next: LocalTime | null
      readonly sentAnew: LocalTime | null
    }
  | {
      readonly what: 'webhook'
      /** As receivers know it. */
      readonly id: string
      readonly event: string
      readonly endpoint: string
      /** Its number there. */
      readonly sequence: number
      readonly state: string
      readonly reason: string | null
      readonly ended: LocalTime | null
    }
  | {
      readonly what: 'dead-letter'
      readonly id: string
      readonly consumer: string
      readonly reason: string
      readonly deliveries: number
      /** Its place in the stream of the dead letters. */
      readonly sequence: number
    }
)

export type EntryOf<What extends Entry['what']> = Extract<Entry, { what: What }>

/** Of one moment, what caused the others comes first: a transaction gives everything it writes the same time. */
const causes: readonly Entry['what'][] = [
  'consumer',
  'event',
  'task',
  'message',
  'notification',
  'webhook',
  'dead-letter',
]

/** By time; at the same time, by what causes what. */
export function inOrder(entries: readonly Entry[]): Entry[] {
  return entries.toSorted(
    (one, other) => one.at.localeCompare(other.at) || causes.indexOf(one.what) - causes.indexOf(other.what),
  )
}
