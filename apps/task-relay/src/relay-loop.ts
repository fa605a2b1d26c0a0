import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { setTimeout as delay } from 'node:timers/promises'
import { ServiceState } from '#shared/health'
import { Log } from '#shared/logging'
import { TaskRelay } from './relay-tasks/task-relay.service.js'
import { QuietMessages } from './republish-quiet/quiet-messages.service.js'
import { RelaySettings } from './task-relay.settings.js'

/** The wait after a failure, in milliseconds: the database or NATS is away. */
const failedMs = 1_000
/** How often the outbox is searched for what went quiet, in milliseconds. */
const sweepMs = 2_000

/** Looks at the Task tables again and again, and now and then for what went quiet. */
@Injectable()
export class RelayLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopped = new AbortController()
  private readonly running: Promise<void>[] = []

  constructor(
    private readonly relay: TaskRelay,
    private readonly quiet: QuietMessages,
    private readonly settings: RelaySettings,
    private readonly state: ServiceState,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    void this.state.whenReady.then(() => {
      this.running.push(
        this.repeat(async () => ((await this.relay.relay()) ? 0 : this.settings.pollMs)),
        this.repeat(async () => {
          await this.quiet.republish()
          return sweepMs
        }),
      )
    })
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort()
    await Promise.all(this.running)
  }

  /** @param step one turn; gives the milliseconds to wait before the next */
  private async repeat(step: () => Promise<number>): Promise<void> {
    const { signal } = this.stopped
    while (!signal.aborted) {
      const wait = await step().catch((error: unknown) => {
        this.log.error('relay could not work', error)
        return failedMs
      })
      // Aborted, the wait rejects: that is the signal to stop.
      await delay(wait, undefined, { signal }).catch(() => undefined)
    }
  }
}
