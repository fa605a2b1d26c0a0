import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { Cron } from '@nestjs/schedule'
import { Clock } from '#shared/clock'
import { NotReady, ServiceState } from '#shared/service'
import { BrokerClock } from '#shared/jobs'
import { PublishDue } from './publish-due.service.js'

const minuteMs = 60_000

/**
 * Looks for due jobs as the service becomes ready, which is what catches up, at every minute, and where something is due
 * before that, then.
 */
@Injectable()
export class PublishDueTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private last: Promise<void> = Promise.resolve()
  private sooner: NodeJS.Timeout | undefined
  private isStopping = false

  constructor(
    private readonly due: PublishDue,
    private readonly brokerClock: BrokerClock,
    private readonly state: ServiceState,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.state.needs.set('clock', () => this.assertClock())
    void this.state.whenReady.then(() => this.look())
  }

  @Cron('0 * * * * *', { timeZone: 'Europe/London', waitForCompletion: true })
  look(): Promise<void> {
    this.last = this.last.then(() => this.lookOnce())
    return this.last
  }

  private async lookOnce(): Promise<void> {
    if (!this.state.isReady) return
    await this.due.publishDue()
    this.lookSooner()
  }

  private lookSooner(): void {
    clearTimeout(this.sooner)
    const now = this.clock.instant()
    const ms = (this.due.nextAfter(now)?.getTime() ?? Infinity) - now.getTime()
    if (ms < minuteMs && !this.isStopping) this.sooner = setTimeout(() => void this.look(), ms)
  }

  /** By the last look: nobody is asked. @throws NotReady */
  private assertClock(): Promise<void> {
    try {
      this.brokerClock.assertWasTogether()
      return Promise.resolve()
    } catch (error) {
      return Promise.reject(new NotReady(error instanceof Error ? error.message : 'the clock is wrong'))
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true
    clearTimeout(this.sooner)
    await this.last
  }
}
