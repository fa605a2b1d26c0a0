import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, secondsSince } from '#shared/clock'
import { ScrapedGauges, type Readings } from '#shared/service'
import { WaitingEvents, type EndpointQueue } from './waiting-events.repository.js'

/** How much waits for each endpoint, and since when. */
@Injectable()
export class EndpointGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly waiting: WaitingEvents,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.gauges.add(() => this.queues())
  }

  private async queues(): Promise<Readings> {
    const all = await this.waiting.all()
    const now = this.clock.instant()
    const gauge = (value: (queue: EndpointQueue) => number) =>
      all.map((queue) => ({ labels: { endpoint: queue.endpoint }, value: value(queue) }))
    return {
      webhookWaiting: gauge(({ count }) => count),
      webhookOldestAge: gauge(({ first }) => secondsSince(first, now)),
    }
  }
}
