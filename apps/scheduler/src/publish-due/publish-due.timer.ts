import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { Cron } from '@nestjs/schedule'
import { NotReady, ServiceState } from '#shared/service'
import { BrokerClock } from '#shared/jobs'
import { PublishDue } from './publish-due.service.js'

/** Looks for due jobs as the service becomes ready, which is what catches up, and at every minute. */
@Injectable()
export class PublishDueTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly due: PublishDue,
    private readonly brokerClock: BrokerClock,
    private readonly state: ServiceState,
  ) {}

  onApplicationBootstrap(): void {
    this.state.needs.set('clock', () => this.assertClock())
    void this.state.whenReady.then(() => this.look())
  }

  @Cron('0 * * * * *', { timeZone: 'Europe/London', waitForCompletion: true })
  look(): Promise<void> {
    this.last = this.last.then(() => (this.state.isReady ? this.due.publishDue() : undefined))
    return this.last
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
    await this.last
  }
}
