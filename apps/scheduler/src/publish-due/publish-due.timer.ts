import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common'
import { Cron } from '@nestjs/schedule'
import { ServiceState } from '#shared/health'
import { PublishDue } from './publish-due.service.js'

/** Looks for due jobs as the service becomes ready, which is what catches up, and at every minute. */
@Injectable()
export class PublishDueTimer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private last: Promise<void> = Promise.resolve()

  constructor(
    private readonly due: PublishDue,
    private readonly state: ServiceState,
  ) {}

  onApplicationBootstrap(): void {
    void this.state.whenReady.then(() => this.look())
  }

  @Cron('0 * * * * *', { timeZone: 'Europe/London', waitForCompletion: true })
  look(): Promise<void> {
    this.last = this.last.then(() => (this.state.isReady ? this.due.publishDue() : undefined))
    return this.last
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.last
  }
}
