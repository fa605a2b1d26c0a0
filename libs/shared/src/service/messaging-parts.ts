import { Inject, Injectable, type Provider } from '@nestjs/common'
import { Clock } from '../clock/index.js'
import { DatabaseConnection } from '../database/index.js'
import { Log } from '../logging/index.js'
import {
  Control,
  ControlBucket,
  DeadLetters,
  JetStreamServer,
  NatsClient,
  natsSettings,
  Publisher,
  Router,
  Topology,
  type ConsumerDefinition,
} from '../messaging/index.js'
import { TRACING, type Tracing } from '../telemetry/index.js'
import { DeliveryRecord, FollowUpPublisher, Inbox } from '../unit-of-work/index.js'
import { create } from './create.js'
import { prepareDatabase } from './prepare-database.js'
import type { ServiceOptions } from './service-options.js'

/** What the router sees to with each delivery. */
@Injectable()
class RouterParts {
  constructor(
    readonly deadLetters: DeadLetters,
    readonly records: DeliveryRecord,
    readonly inbox: Inbox,
    private readonly control: Control,
    readonly log: Log,
    @Inject(TRACING) readonly tracing: Tracing | null,
  ) {}

  readonly gateOf = (definition: ConsumerDefinition) => this.control.gateOf(definition)
}

/** What the server consumes with. */
@Injectable()
class ServerParts {
  constructor(
    readonly nats: NatsClient,
    readonly topology: Topology,
    readonly router: Router,
    readonly control: Control,
    readonly log: Log,
    private readonly connection: DatabaseConnection,
  ) {}

  readonly ready = () => prepareDatabase(this.connection, this.log)
}

/**
 * The way to NATS, and what is consumed and published on it.
 * @throws SettingsError where the environment is incomplete
 */
export function messagingParts({ name, env }: ServiceOptions): Provider[] {
  const nats = natsSettings(env)
  return [
    { provide: NatsClient, useFactory: (log: Log) => new NatsClient(nats, name, log), inject: [Log] },
    { provide: Topology, useFactory: create(Topology), inject: [NatsClient, Log] },
    {
      provide: Publisher,
      useFactory: (client: NatsClient, clock: Clock, log: Log, tracing: Tracing | null) =>
        new Publisher(client, `hwpv/${name}`, clock, log, tracing),
      inject: [NatsClient, Clock, Log, TRACING],
    },
    { provide: FollowUpPublisher, useExisting: Publisher },
    {
      provide: Control,
      useFactory: (client: NatsClient, log: Log) => new Control(new ControlBucket(client, log), client, log),
      inject: [NatsClient, Log],
    },
    { provide: DeadLetters, useFactory: create(DeadLetters), inject: [NatsClient] },
    RouterParts,
    { provide: Router, useFactory: create(Router), inject: [RouterParts] },
    ServerParts,
    { provide: JetStreamServer, useFactory: create(JetStreamServer), inject: [ServerParts] },
  ]
}
