import { OwnError } from '../../logging/index.js'
import { refused, reject, retry, unavailable, type Outcome } from './outcome.js'

/** Thrown deep inside the work, where no outcome can be returned: no try will ever succeed. */
export class PermanentFailure extends OwnError {
  override readonly name = 'PermanentFailure'

  /**
   * @param reason a short code, never a person's data
   * @param early what it asks for may still be asked for, in its time: only this message is given up
   */
  constructor(
    readonly reason: string,
    readonly early = false,
  ) {
    super(reason)
  }
}

/** Thrown deep inside the work: this try failed for a reason that is known and passes. */
export class TemporaryFailure extends OwnError {
  override readonly name = 'TemporaryFailure'

  /**
   * @param reason a short code, never a person's data
   * @param afterMs milliseconds that the next try has to wait at least
   */
  constructor(
    readonly reason: string,
    readonly afterMs = 0,
  ) {
    super(reason)
  }
}

/** Thrown deep inside the work: the handler's upstream takes no work from anybody. */
export class UpstreamUnavailable extends OwnError {
  override readonly name = 'UpstreamUnavailable'

  /**
   * @param reason a short code, never a person's data
   * @param refused it is there, and refuses this service
   */
  constructor(
    readonly reason: string,
    readonly refused = false,
  ) {
    super(reason)
  }
}

type Classification = readonly [applies: (error: Error) => boolean, outcome: (error: Error) => Outcome]

/** Permanent only if listed; everything unknown is worth another try. The first line that applies decides. */
const table: readonly Classification[] = [
  [(error) => error instanceof PermanentFailure, (error) => rejected(error as PermanentFailure)],
  [
    (error) => error instanceof TemporaryFailure,
    (error) => retry((error as TemporaryFailure).reason, (error as TemporaryFailure).afterMs),
  ],
  [
    (error) => error instanceof UpstreamUnavailable,
    (error) => unavailableOutcome(error as UpstreamUnavailable),
  ],
  [() => true, (error) => retry(reasonOf(error))],
]

/** The outcome of an error that a handler threw. */
export function classifyError(error: unknown): Outcome {
  if (!(error instanceof Error)) return retry('unexpected-error')
  const [, outcome] = table.find(([applies]) => applies(error)) ?? [
    undefined,
    () => retry('unexpected-error'),
  ]
  return outcome(error)
}

const rejected = ({ reason, early }: PermanentFailure): Outcome =>
  early ? { ...reject(reason), early } : reject(reason)

const unavailableOutcome = ({ reason, refused: isRefused }: UpstreamUnavailable): Outcome =>
  isRefused ? refused(reason) : unavailable(reason)

/** A code out of an unknown error. Its message is not used: it may quote a row. */
function reasonOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  const text = typeof code === 'string' || typeof code === 'number' ? `${error.name}-${code}` : error.name
  return /^[\w.-]{1,80}$/.test(text) ? text : 'unexpected-error'
}
