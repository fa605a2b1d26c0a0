import { Injectable } from '@nestjs/common'
import { JetStreamApiError } from '@nats-io/jetstream'
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus'
import { DatabaseConnection } from '../../database/index.js'
import { describeError } from '../../logging/index.js'
import {
  configOf,
  controlStream,
  JetStreamServer,
  NatsClient,
  unfitOf,
  wantedConsumer,
  wantedStreams,
  type Wanted,
} from '../../messaging/index.js'
import { NotReady } from './not-ready.js'
import { ServiceState } from './service-state.js'
import { bounded } from './bounded.js'
import { KeptAnswer } from './kept-answer.js'

const answerMs = 1_000
/** Of what cannot be reached; whoever is to be reached may have been changed, and not this process. */
const away = ['away', 'no answer in time'] as const
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

  /** Whether it has started and is not stopping; what it waits for at the broker, in words. */
  service(): HealthIndicatorResult {
    const indicator = this.indicators.check('service')
    return this.state.isReady ? indicator.up() : indicator.down(this.startingOrStopping())
  }

  private startingOrStopping(): string {
    return ['starting or stopping', ...this.server.problems.map(({ words }) => words)].join('; ')
  }

  /** Whether the messages of all of its handlers can be fetched. */
  fetching(): HealthIndicatorResult {
    const indicator = this.indicators.check('fetching')
    const starved = [...this.server.starved].map(([consumer, words]) => `${consumer}: ${words}`)
    return starved.length ? indicator.down(starved.join('; ')) : indicator.up()
  }

  async natsServer(): Promise<HealthIndicatorResult> {
    const { lacks } = this.nats
    if (lacks !== undefined) return this.indicators.check('nats').down(lacks)
    return this.ask('nats', async () => ({ rttMs: await this.nats.core.rtt() }))
  }

  database(): Promise<HealthIndicatorResult> {
    return this.ask('database', async () => {
      try {
        await this.connection.ping()
      } catch (error) {
        if (describeError(error).code === 'ELOGIN') throw new NotReady('refuses the login')
        throw error
      }
      return {}
    })
  }

  /**
   * Whether this process is as it should be, as far as it can tell: settings, credentials, rights, what was made for it.
   * What is away is away for its predecessor, too, and ends by itself.
   */
  async inOrder(): Promise<HealthIndicatorResult> {
    const indicator = this.indicators.check('rollout')
    const parts = await Promise.all([this.natsServer(), this.database(), ...this.needs.map((ask) => ask())])
    // Of a broker that is away nothing is known but what was before.
    if (!this.nats.isAway) parts.push(this.fetching())
    const wrong = parts.flatMap((part) => Object.entries(part)).filter(([, { status }]) => status === 'down')
    const isAway = (part: Readonly<Record<string, unknown>>) =>
      away.some((words) => words === part['message'])
    const faults = wrong.flatMap(([name, part]) =>
      isAway(part) ? [] : [`${name}: ${String(part['message'])}`],
    )
    const waits = wrong.some(([, part]) => isAway(part))
    if (this.state.isStopping || !(this.state.isReady || waits)) faults.push(this.startingOrStopping())
    return faults.length ? indicator.down(faults.join('; ')) : indicator.up()
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

  /** The streams this project has, with what they hold: all there, and none changed by somebody else. */
  streams(): Promise<HealthIndicatorResult> {
    return this.ask('streams', async () => {
      const { manager, settings } = this.nats
      const wanted = wantedStreams(settings).filter(({ stream }) => stream !== controlStream)
      const infos = await Promise.all(wanted.map(({ stream }) => found(manager.streams.info(stream))))
      refuseUnfit(wanted, infos)
      return Object.fromEntries(
        infos.flatMap((info) => (info ? [[info.config.name, { messages: info.state.messages }]] : [])),
      )
    })
  }

  /** The consumers of this service, with their lag: all there, and none changed by somebody else. */
  consumers(): Promise<HealthIndicatorResult> {
    return this.ask('consumers', async () => {
      const { manager, settings } = this.nats
      const wanted = this.server.definitions.map((definition) => wantedConsumer(definition, settings))
      const infos = await Promise.all(
        wanted.map(({ stream, consumer }) => found(manager.consumers.info(stream, consumer ?? ''))),
      )
      refuseUnfit(wanted, infos)
      return Object.fromEntries(
        infos.flatMap((info) =>
          info ? [[info.name, { waiting: info.num_pending, unanswered: info.num_ack_pending }]] : [],
        ),
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
        away.find((words) => error instanceof Error && error.message === words) ?? away[0],
      )
    }
  }
}

type Info = Parameters<typeof configOf>[0]

/** Undefined for what is not there. */
async function found<T>(info: Promise<T>): Promise<T | undefined> {
  try {
    return await info
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined
    throw error
  }
}

/** @throws NotReady with everything that is not as it should be, in words */
function refuseUnfit(wanted: readonly Wanted[], infos: readonly (object | undefined)[]): void {
  const unfit = wanted.flatMap((one, place) => {
    const info: Info | undefined = infos[place]
    return unfitOf(one, info && configOf(info)) ?? []
  })
  if (unfit.length) throw new NotReady(unfit.map(({ words }) => words).join('; '))
}
