import 'reflect-metadata'
import type { AddressInfo, Server } from 'node:net'
import type { INestApplication, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { checkSettings } from '../config/index.js'
import { HealthModule, ServiceState } from './health/index.js'
import { InfoModule } from './info/index.js'
import { Log, NestLog } from '../logging/index.js'
import { JetStreamServer } from '../messaging/index.js'
import { ScrapeModule } from './scrape/index.js'
import { commonSettings } from './common-settings.js'
import { LimitedHttp, NotFoundFilter } from './limited-http.js'
import { serviceSettings, type ServiceOptions } from './service-options.js'
import { SharedModule } from './shared.module.js'

export interface RunningService {
  readonly app: INestApplication
  readonly port: number
  /** Resolves when the service takes work; rejects with `StartRefused` if it must not. */
  readonly ready: Promise<void>
  /** Finishes what is under way and lets go of everything. */
  stop(): Promise<void>
}

/**
 * Starts a service: its health endpoints at once, its work as soon as NATS and the database are there, however
 * long that takes.
 * @throws SettingsError where the environment is incomplete
 */
export async function startService(appModule: Type, options: ServiceOptions): Promise<RunningService> {
  const asked = [...Object.values(commonSettings).flat(), ...(options.settings ?? [])]
  checkSettings(asked, options.env)
  const root = {
    module: class ServiceModule {},
    imports: [
      SharedModule.for(options),
      HealthModule,
      InfoModule.for(options.name, options.env),
      ScrapeModule,
      appModule,
    ],
  }
  const quietly = { logger: false, abortOnError: false, bodyParser: false } as const
  const app = await NestFactory.create(root, new LimitedHttp(options.takes), quietly)
  app.useGlobalFilters(new NotFoundFilter())
  const log = app.get(Log)
  const state = app.get(ServiceState)
  app.useLogger(new NestLog(log))
  const strategy = app.get(JetStreamServer)
  app.connectMicroservice({ strategy })
  const server = (await app.listen(serviceSettings(options).port)) as Server
  const { port } = server.address() as AddressInfo
  log.info('service started', { port })
  const ready = app.startAllMicroservices().then(() => {
    state.ready()
    log.info('service is ready')
  })
  return {
    app,
    port,
    ready,
    async stop() {
      state.stopping()
      await app.close()
      log.info('service stopped')
      log.flush()
    },
  }
}
