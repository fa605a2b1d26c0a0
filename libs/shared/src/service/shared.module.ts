import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import { ENVIRONMENT } from '../config/index.js'
import { Clock } from '../clock/index.js'
import { DatabaseConnection, databaseSettings } from '../database/index.js'
import { DeliveryRecord, FollowUpPublisher, Inbox, UnitOfWork } from '../unit-of-work/index.js'
import { Log } from '../logging/index.js'
import {
  Control,
  ControlBucket,
  DeadLetters,
  ExhaustedMessages,
  JetStreamServer,
  NatsClient,
  natsSettings,
  Publisher,
  Router,
  Topology,
} from '../messaging/index.js'
import { startTracing, TRACING, type Tracing } from '../telemetry/index.js'
import { prepareDatabase } from './prepare-database.js'
import { serviceClock, serviceSettings, type ServiceOptions } from './service-options.js'
import { ServiceState } from './health/index.js'

/** What every service has: clock, log, database, NATS, and the unit of work over them. */
@Global()
@Module({})
export class SharedModule implements OnApplicationShutdown {
  constructor(private readonly parts: ModuleRef) {}

  /** @throws SettingsError where the environment is incomplete */
  static for(options: ServiceOptions): DynamicModule {
    const { name, env, files } = options
    const nats = natsSettings(env)
    const database = databaseSettings(env)
    const providers = [
      { provide: ENVIRONMENT, useValue: env },
      { provide: Clock, useValue: serviceClock(options) },
      { provide: Log, useValue: Log.create(name, serviceSettings(options).logLevel, options.logTo) },
      { provide: TRACING, useFactory: (log: Log) => startTracing(name, env, log), inject: [Log] },
      ServiceState,
      {
        provide: DatabaseConnection,
        useFactory: (tracing: Tracing | null) => DatabaseConnection.open(database, tracing, files),
        inject: [TRACING],
      },
      { provide: Inbox, useFactory: create(Inbox), inject: [DatabaseConnection, Clock] },
      {
        provide: DeliveryRecord,
        useFactory: create(DeliveryRecord),
        inject: [DatabaseConnection, Inbox, Clock],
      },
      { provide: NatsClient, useFactory: (log: Log) => new NatsClient(nats, name, log), inject: [Log] },
      {
        provide: Topology,
        useFactory: (client: NatsClient, log: Log) => new Topology(client, log),
        inject: [NatsClient, Log],
      },
      {
        provide: Publisher,
        useFactory: (client: NatsClient, clock: Clock, log: Log, tracing: Tracing | null) =>
          new Publisher(client, `hwpv/${name}`, clock, log, tracing),
        inject: [NatsClient, Clock, Log, TRACING],
      },
      { provide: FollowUpPublisher, useExisting: Publisher },
      {
        provide: UnitOfWork,
        useFactory: create(UnitOfWork),
        inject: [DatabaseConnection, Inbox, FollowUpPublisher, Clock],
      },
      {
        provide: Control,
        useFactory: (client: NatsClient, log: Log) =>
          new Control(new ControlBucket(client, log), client, log),
        inject: [NatsClient, Log],
      },
      { provide: DeadLetters, useFactory: create(DeadLetters), inject: [NatsClient] },
      {
        provide: ExhaustedMessages,
        useFactory: create(ExhaustedMessages),
        inject: [NatsClient, DeadLetters, DeliveryRecord, Inbox],
      },
      {
        provide: JetStreamServer,
        useFactory: (
          client: NatsClient,
          topology: Topology,
          deadLetters: DeadLetters,
          records: DeliveryRecord,
          inbox: Inbox,
          control: Control,
          connection: DatabaseConnection,
          log: Log,
          tracing: Tracing | null,
        ) =>
          new JetStreamServer({
            nats: client,
            topology,
            router: new Router({
              deadLetters,
              records,
              inbox,
              gateOf: (definition) => control.gateOf(definition),
              log,
              tracing,
            }),
            control,
            log,
            ready: () => prepareDatabase(connection, log),
          }),
        inject: [
          ...[NatsClient, Topology, DeadLetters, DeliveryRecord, Inbox, Control, DatabaseConnection, Log],
          TRACING,
        ],
      },
    ]
    return { module: SharedModule, providers, exports: providers }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.get(NatsClient).close()
    await this.parts.get(DatabaseConnection).close()
    await this.parts.get<Tracing | null>(TRACING)?.stop()
  }
}

/** A constructor as the factory Nest asks for. */
const create =
  <Parts extends unknown[], T>(type: new (...parts: Parts) => T) =>
  (...parts: Parts): T =>
    new type(...parts)
