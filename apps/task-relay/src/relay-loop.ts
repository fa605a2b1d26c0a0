import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { setTimeout as delay } from 'node:timers/promises'
import { tasksWaitingSubject } from '#shared/contracts'
import { ServiceState } from '#shared/service'
import { Log } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { AdvanceFlows } from './advance-flows/advance-flows.service.js'
import { Doorbell } from './doorbell.js'
import { Pace } from './pace.js'
import { TaskRelay } from './relay-tasks/task-relay.service.js'
import { ReleaseWaiting } from './release-waiting/release-waiting.service.js'
import { QuietMessages } from './republish-quiet/quiet-messages.service.js'
import { TaskRelaySettings } from './task-relay.settings.js'

/** The wait after a failure, in milliseconds: the database or NATS is away. */
const failedMs = 1_000
/** While something waits for its moment, looks are no rarer than this, in milliseconds. */
const momentMs = 500
/** How often the outbox is searched for what went quiet, in milliseconds. */
const sweepMs = 2_000

/**
 * Looks at the Task tables again and again, at once when a web app says that a row waits, and now and then for what
 * went quiet.
 */
@Injectable()
export class RelayLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly bell = new Doorbell()
  private readonly stopped = new AbortController()
  private readonly running: Promise<void>[] = []
  /** Whether nobody told of the rows that the next look finds; of those that wait at the start nobody could. */
  private isByTime = false

  constructor(
    private readonly relay: TaskRelay,
    private readonly waiting: ReleaseWaiting,
    private readonly flows: AdvanceFlows,
    private readonly quiet: QuietMessages,
    private readonly nats: NatsClient,
    private readonly settings: TaskRelaySettings,
    private readonly pace: Pace,
    private readonly state: ServiceState,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    void this.state.whenReady.then(() => {
      this.listen()
      this.running.push(
        this.repeat(() => this.look()),
        this.repeat(() => this.advance()),
        this.repeat(() => this.sweep()),
      )
    })
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort()
    this.bell.ring()
    await Promise.all(this.running)
    await this.relay.finish()
  }

  /** Every relay hears every notice: one that hangs must not keep it from the others. */
  private listen(): void {
    this.nats.core.subscribe(tasksWaitingSubject, {
      callback: (error) => {
        if (error) {
          this.pace.deaf()
          this.log.error('notices of waiting tasks are not heard: polling finds them', error)
          return
        }
        this.pace.told()
        this.bell.ring()
      },
    })
    // The client takes its subscription up again; what was said in between nobody keeps.
    this.nats.onReconnect(() => this.bell.ring())
  }

  private async look(): Promise<void> {
    const { found, more, defers, moment } = await this.relay.relay()
    if (found && this.isByTime) this.pace.foundUntold()
    const moreDue = moment !== undefined && (await this.waiting.release(moment))
    this.isByTime = more || moreDue ? this.isByTime : !(await this.bell.wait(this.waitMs(defers)))
  }

  private waitMs(defers: boolean): number {
    const { waitMs } = this.nats.isConnected ? this.pace : { waitMs: this.settings.pollMs }
    return defers ? Math.min(waitMs, momentMs) : waitMs
  }

  private async advance(): Promise<void> {
    const pauseMs = await this.flows.advance()
    if (pauseMs) await this.pause(pauseMs)
  }

  private async sweep(): Promise<void> {
    // First, for what is not written down counts as not published.
    await this.relay.writeDown()
    await this.quiet.republish()
    await this.pause(sweepMs)
  }

  private async repeat(turn: () => Promise<void>): Promise<void> {
    while (!this.stopped.signal.aborted) {
      try {
        await turn()
      } catch (error) {
        this.log.error('relay could not work', error)
        await this.pause(failedMs)
      }
    }
  }

  private async pause(ms: number): Promise<void> {
    // Aborted, the wait rejects: that is the signal to stop.
    await delay(ms, undefined, { signal: this.stopped.signal }).catch(() => undefined)
  }
}
