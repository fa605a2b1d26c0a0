import { Injectable } from '@nestjs/common'
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus'
import { streamOf, streams } from '../contracts/index.js'
import { DatabaseConnection } from '../database/index.js'
import { JetStreamServer, NatsClient } from '../messaging/index.js'
import { NotReady } from './not-ready.js'
import { ServiceState } from './service-state.js'
import { bounded } from './bounded.js'
import { KeptAnswer } from './kept-answer.js'

const answerMs = 1_000
/** Probes, dashboards and people together are one question to broker and database in so many milliseconds. */
const keptMs = 1_000

/** What a service depends on. An answer, good or bad, is at most a second old, and comes within another one. */
@Injectable()
export class ServiceHealth {
  private readonly answers = new Map<string, KeptAnswer<Record<string, unknown>>>()

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly state: ServiceState,
    private readonly connection: DatabaseConnection,
    private readonly nats: NatsClient,
    private readonly server: JetStreamServer,
  ) {}

  /** Whether it has started and is not stopping. */
  service(): HealthIndicatorResult {
    const indicator = this.indicators.check('service')
    return this.state.isReady ? indicator.up() : indicator.down('starting or stopping')
  }

  async natsServer(): Promise<HealthIndicatorResult> {
    const { lacks } = this.nats
    if (lacks !== undefined) return this.indicators.check('nats').down(lacks)
    return this.ask('nats', async () => ({ rttMs: await this.nats.core.rtt() }))
  }

  database(): Promise<HealthIndicatorResult> {
    return this.ask('database', async () => {
      await this.connection.ping()
      return {}
    })
  }

  /** What only this service needs. */
  get needs(): (() => Promise<HealthIndicatorResult>)[] {
    return [...this.state.needs].map(
      ([name, ping]) =>
        () =>
          this.ask(name, async () => {
            await ping()
            return {}
          }),
    )
  }

  /** The streams this project has, with what they hold. */
  streams(): Promise<HealthIndicatorResult> {
    return this.ask('streams', async () => {
      const infos = Object.values(streams).map(({ name }) => this.nats.manager.streams.info(name))
      return Object.fromEntries(
        (await Promise.all(infos)).map(({ config, state }) => [config.name, { messages: state.messages }]),
      )
    })
  }

  /** The consumers of this service, with their lag. */
  consumers(): Promise<HealthIndicatorResult> {
    return this.ask('consumers', async () => {
      const infos = this.server.definitions.map(({ name, subjects }) =>
        this.nats.manager.consumers.info(streamOf(subjects[0]), name),
      )
      return Object.fromEntries(
        (await Promise.all(infos)).map((info) => [
          info.name,
          { waiting: info.num_pending, unanswered: info.num_ack_pending },
        ]),
      )
    })
  }

  private async ask(
    key: string,
    question: () => Promise<Record<string, unknown>>,
  ): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check(key)
    const answer = this.answers.get(key) ?? new KeptAnswer(question, { keptMs, failuresToo: true })
    this.answers.set(key, answer)
    try {
      return indicator.up(await bounded(answer.get(), answerMs))
    } catch (error) {
      if (error instanceof NotReady) return indicator.down(error.message)
      return indicator.down(
        error instanceof Error && error.message === 'no answer in time' ? error.message : 'away',
      )
    }
  }
}
