import type { HandlerName } from '../messaging/index.js'

export interface PausedHandler {
  readonly handler: string
  readonly since: Date
  readonly reason: string
}

export interface UpstreamOut {
  readonly name: string
  readonly since: Date
  /** When it is tried again. */
  readonly until: Date
  readonly reason: string
}

/** What holds up all replicas: handlers that an operator has paused, and upstreams that take no work. */
export interface OperatorControl {
  /** Stops a handler everywhere, until it is resumed. Repeating is safe. */
  pause(handler: HandlerName, why: string): Promise<void>
  /** @returns false if it was not paused */
  resume(handler: HandlerName): Promise<boolean>
  states(): Promise<{ readonly paused: readonly PausedHandler[]; readonly upstreams: readonly UpstreamOut[] }>
}
