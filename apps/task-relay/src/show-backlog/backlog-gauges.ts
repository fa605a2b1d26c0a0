import { Injectable, type OnModuleInit } from '@nestjs/common'
import { Clock, secondsSince } from '#shared/clock'
import { deadLetterSubject, streams } from '#shared/contracts'
import { isHandlerName, NatsClient, policies } from '#shared/messaging'
import { ScrapedGauges, type Readings } from '#shared/service'
import { otherValue } from '#shared/telemetry'
import { Backlog } from './backlog.repository.js'
import { OwnError } from '#shared/logging'

/** What waits for the relay and for the operator: once for the project, from the service that looks there anyway. */
@Injectable()
export class BacklogGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly backlog: Backlog,
    private readonly nats: NatsClient,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.gauges.add(() => this.outbox())
    this.gauges.add(() => this.tasks())
    this.gauges.add(() => this.deadLetters())
  }

  private async outbox(): Promise<Readings> {
    const { count, heard } = await this.backlog.openRuns()
    return { outboxOpenRuns: [{ value: count }], outboxOldestAge: [{ value: this.oldest(heard) }] }
  }

  private async tasks(): Promise<Readings> {
    const schemas = ['ExtSchema', 'IntSchema'] as const
    const ages = await Promise.all(
      schemas.map(async (schema) => this.oldest(await this.backlog.firstPending(schema))),
    )
    return { tasksOldestPendingAge: [{ value: Math.max(...ages) }] }
  }

  private async deadLetters(): Promise<Readings> {
    if (!this.nats.isConnected) throw new OwnError('not connected to NATS')
    const { state } = await this.nats.manager.streams.info(streams.deadLetters.name, {
      subjects_filter: deadLetterSubject('>'),
    })
    // Each handler from nought, so that the first letter is a change.
    const counts = new Map<string, number>(Object.keys(policies).map((name) => [name, 0]))
    for (const [subject, count] of Object.entries(state.subjects ?? {})) {
      const name = subject.slice(deadLetterSubject('').length)
      const handler = isHandlerName(name) ? name : otherValue
      counts.set(handler, (counts.get(handler) ?? 0) + count)
    }
    return { deadLetters: [...counts].map(([handler, value]) => ({ labels: { handler }, value })) }
  }

  /** The greatest age, in seconds; nought where there is none. One row that holds no time hides no other's. */
  private oldest(times: readonly (string | null)[]): number {
    const now = this.clock.instant()
    return Math.max(0, ...times.map((time) => secondsSince(time, now)))
  }
}
