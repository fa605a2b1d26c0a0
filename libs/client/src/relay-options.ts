import type { NodeConnectionOptions } from '@nats-io/transport-node'
import type { Credentials } from './credentials.js'

/** What connects to NATS, credentials and TLS included, as `@nats-io/transport-node` takes it. */
export interface RelayOptions
  extends Omit<NodeConnectionOptions, 'servers' | 'reconnect' | 'waitOnFirstConnect'>, Credentials {
  /** A list, or a text with commas as in `NATS_URL`; `127.0.0.1:4222` by default. */
  readonly servers?: string | string[] | undefined
  /** Milliseconds that `notifyRelay` waits at the most; 250 by default. */
  readonly patienceMs?: number | undefined
  /** Hears why a notice could not be given. For a log line: nothing is lost, and nothing needs to be done. */
  readonly onError?: ((error: unknown) => unknown) | undefined
}
