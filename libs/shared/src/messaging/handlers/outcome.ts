import { OwnError } from '../../logging/index.js'

/** What a handler says of its message. Only the router acts on it. Reasons are short codes, never a person's data. */
export type Outcome =
  | { readonly kind: 'done' }
  /**
   * Another try is worth it, in `afterMs` milliseconds at the earliest. `upstreamFailed`: the upstream did not do its
   * part, of this message or of any.
   */
  | {
      readonly kind: 'retry'
      readonly reason: string
      readonly afterMs: number
      readonly upstreamFailed?: true
    }
  /**
   * The handler's upstream takes no work from anybody, for `forMs` milliseconds if it said so: no fault of the message,
   * which itself may be tried again in `afterMs` at the earliest. `refused`: it is there, and refuses this service, its key,
   * its rights or its clock, until somebody puts that right.
   */
  | ({ readonly kind: 'unavailable'; readonly reason: string; readonly refused?: true } & Waits)
  /** No try will ever succeed. `early`: of this message; another with its id may, in its time. */
  | Rejection

interface Rejection {
  readonly kind: 'reject'
  readonly reason: string
  readonly early?: true
}

interface Waits {
  readonly forMs?: number
  readonly afterMs?: number
}

/** What is not done, or not yet. */
export type NotDone = Exclude<Outcome, { readonly kind: 'done' }>

export const done: Outcome = { kind: 'done' }
export const retry = (reason: string, afterMs = 0): NotDone => ({ kind: 'retry', reason, afterMs })
export const upstreamFailed = (reason: string, afterMs = 0): NotDone => ({
  ...{ kind: 'retry', reason, afterMs },
  upstreamFailed: true,
})
export const unavailable = (reason: string, waits: Waits = {}): NotDone => ({
  ...{ kind: 'unavailable', reason },
  ...waits,
})
export const refused = (reason: string): NotDone => ({ kind: 'unavailable', reason, refused: true })
export const reject = (reason: string): Rejection => ({ kind: 'reject', reason })

/** How long the next try has to wait at least, in milliseconds. */
export const afterMsOf = (outcome: Outcome): number => ('afterMs' in outcome ? (outcome.afterMs ?? 0) : 0)

/** What a message is given back with when the service stops while it waits: no failure of anything. */
export const stopping = unavailable('service-stopping')

const kinds: readonly unknown[] = ['done', 'retry', 'unavailable', 'reject'] satisfies Outcome['kind'][]

/** One of something for each kind of outcome. */
export const forEachKind = <T>(make: (kind: Outcome['kind']) => T): Record<Outcome['kind'], T> => ({
  done: make('done'),
  retry: make('retry'),
  unavailable: make('unavailable'),
  reject: make('reject'),
})

/** An outcome nobody knows throws: silence never counts as success. */
export function assertOutcome(value: unknown): asserts value is Outcome {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  if (!kinds.includes(kind))
    throw new OwnError('a handler must return an outcome: done, retry, unavailable or reject')
}
