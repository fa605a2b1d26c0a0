import { Global, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import { ENVIRONMENT } from '../config/index.js'
import { Clock } from '../clock/index.js'
import { DatabaseConnection } from '../database/index.js'
import { Log } from '../logging/index.js'
import { NatsClient } from '../messaging/index.js'
import { startTracing, TRACING, type Tracing } from '../telemetry/index.js'
import { databaseParts } from './database-parts.js'
import { messagingParts } from './messaging-parts.js'
import { serviceClock, serviceSettings, type ServiceOptions } from './service-options.js'
import { ServiceState } from './health/index.js'

/** What every service has: clock, log, database, NATS, and the unit of work over them. */
@Global()
@Module({})
export class SharedModule implements OnApplicationShutdown {
  constructor(private readonly parts: ModuleRef) {}

  /** @throws SettingsError where the environment is incomplete */
  static for(options: ServiceOptions): DynamicModule {
    const { name, env } = options
    const providers = [
      { provide: ENVIRONMENT, useValue: env },
      { provide: Clock, useValue: serviceClock(options) },
      { provide: Log, useValue: Log.create(name, serviceSettings(options).logLevel, options.logTo) },
      { provide: TRACING, useFactory: (log: Log) => startTracing(name, env, log), inject: [Log] },
      ServiceState,
      ...databaseParts(options),
      ...messagingParts(options),
    ]
    return { module: SharedModule, providers, exports: providers }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.get(NatsClient).close()
    await this.parts.get(DatabaseConnection).close()
    await this.parts.get<Tracing | null>(TRACING)?.stop()
  }
}
