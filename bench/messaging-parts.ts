import 'reflect-metadata'
import { Module, type INestMicroservice, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { SystemClock } from '#shared/clock'
import { Log } from '#shared/logging'
import {
  Control,
  ControlBucket,
  DeadLetters,
  JetStreamServer,
  NatsClient,
  natsSettings,
  TopologyKeeper,
  Publisher,
  Router,
  type ConsumerDefinition,
  Topology,
} from '#shared/messaging'

/** The messaging of a service without its database: nothing is kept of what is done or failed. */
export class MessagingParts {
  readonly log = Log.create('bench', 'warn')
  readonly settings
  readonly client
  readonly topology
  readonly publisher
  private readonly apps: INestMicroservice[] = []

  /** @param measured false: without what counts and times */
  constructor(
    url: string,
    private readonly measured = true,
  ) {
    this.settings = natsSettings({ NATS_URL: url })
    this.client = new NatsClient(this.settings, 'bench', this.log)
    this.topology = new Topology(this.client, this.log)
    this.publisher = new Publisher(this.client, 'hwpv/bench', new SystemClock(), this.log)
  }

  async connect(): Promise<void> {
    await this.client.connect()
    await this.provide()
  }

  /** Makes the streams, and these consumers. */
  async provide(...consumers: ConsumerDefinition[]): Promise<void> {
    await new TopologyKeeper(this.client, this.log, { consumers }).provide()
  }

  /** Consumes with these controllers, through Nest and the router as a service does. */
  async start(controllers: Type[]): Promise<INestMicroservice> {
    const { client: nats, log } = this
    const router = new Router({
      deadLetters: new DeadLetters(nats),
      records: noRecords,
      log,
      measured: this.measured,
    })
    const strategy = new JetStreamServer({
      nats,
      topology: this.topology,
      router,
      control: new Control(new ControlBucket(nats), nats, log),
      log,
      ready: () => Promise.resolve(),
    })
    class BenchModule {}
    Module({ controllers })(BenchModule)
    const app = await NestFactory.createMicroservice(BenchModule, { strategy, logger: false })
    this.apps.push(app)
    await app.init()
    await this.provide(...strategy.definitions)
    await app.listen()
    return app
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()))
    await this.client.close()
  }
}

const nothing = () => Promise.resolve()
const noRecords = { failedAttempt: nothing, waiting: nothing, gaveUp: nothing }
