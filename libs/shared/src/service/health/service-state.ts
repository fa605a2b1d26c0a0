/** How far a service has come. Loops of its own (polling, scheduling) begin when it is ready. */
export class ServiceState {
  private markReady: () => void = () => undefined
  /** Resolves when NATS, streams, consumers and the database are as they should be. */
  readonly whenReady = new Promise<void>((resolve) => (this.markReady = resolve))
  /** What the service needs besides NATS and its database, by name: whether it is there, or an error. */
  readonly needs = new Map<string, () => Promise<void>>()
  private stage: 'starting' | 'ready' | 'stopping' = 'starting'

  get isReady(): boolean {
    return this.stage === 'ready'
  }
  get isStopping(): boolean {
    return this.stage === 'stopping'
  }
  ready(): void {
    this.stage = 'ready'
    this.markReady()
  }
  stopping(): void {
    this.stage = 'stopping'
  }
}
