import 'reflect-metadata'
import type { AddressInfo, Server } from 'node:net'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { DestinationStream } from 'pino'
import type { Clock } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { InfoModule, prepareDatabase, SharedModule, type ServiceOptions } from '#shared/service'
import { Log, NestLog } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { service } from '../service.js'
import { ConsoleModule } from './console.module.js'
import { ConsoleSettings } from './console.settings.js'
import { assetFolders } from './http/asset-folders.js'
import { authenticate } from './http/authenticate.js'
import { ConsoleHttp } from './http/console-http.js'
import { ErrorFilter } from './http/error.filter.js'
import { headers, onlyLoopback, sessions } from './http/protect.js'
import { IdentityProvider } from './who/identity-provider.js'

export interface ConsoleOptions {
  readonly env: ServiceOptions['env']
  readonly port?: number
  /** Only tests have one of their own. */
  readonly clock?: Clock
  readonly logTo?: DestinationStream
}

export interface RunningConsole {
  readonly url: string
  readonly port: number
  /** What whoever starts it should know. */
  readonly note?: string
  stop(): Promise<void>
}

/** Bytes of a form or of a body of JSON. */
const largestBody = '64kb'
const day = 86_400_000

/**
 * Starts the console: it answers at once, and says on its pages what is away; NATS and the database are looked for in
 * the background. Without an issuer it listens on this machine alone.
 * @throws SettingsError where the environment is incomplete
 */
export async function startConsole({
  env,
  port = service.port,
  ...more
}: ConsoleOptions): Promise<RunningConsole> {
  const settings = new ConsoleSettings(env)
  const options: ServiceOptions = { name: service.name, env, port, ...more }
  const provider =
    settings.issuer && settings.url !== undefined
      ? new IdentityProvider(settings.issuer, settings.url)
      : undefined
  const root = {
    module: class RootModule {},
    imports: [
      SharedModule.for(options),
      InfoModule.for(options.name, env),
      ConsoleModule.for(settings, provider),
    ],
  }
  const quietly = { logger: false, abortOnError: false, bodyParser: false } as const
  const app = await NestFactory.create<NestExpressApplication>(root, new ConsoleHttp(), quietly)
  const log = app.get(Log)
  app.useLogger(new NestLog(log))
  if (!provider) app.use(onlyLoopback)
  for (const each of headers(settings)) app.use(each)
  for (const folder of assetFolders)
    app.useStaticAssets(folder, { prefix: '/assets/', maxAge: day, index: false, redirect: false })
  app.useBodyParser('urlencoded', { extended: false, limit: largestBody })
  app.useBodyParser('json', { limit: largestBody })
  app.use(sessions(settings))
  app.use(authenticate(provider))
  app.useGlobalFilters(app.get(ErrorFilter))
  const server = (await app.listen(portOf(env, port), provider ? '0.0.0.0' : '127.0.0.1')) as Server
  const { port: listening } = server.address() as AddressInfo
  log.info('service started', { port: listening })
  void lookForParts(app, log)
  return {
    url: settings.url ?? `http://localhost:${listening}`,
    port: listening,
    ...(provider
      ? {}
      : {
          note: 'no CONSOLE_ISSUER is named: it is for whoever sits at this machine, and no other can reach it',
        }),
    async stop() {
      await app.close()
      log.flush()
    },
  }
}

const portOf = (env: ServiceOptions['env'], port: number): number =>
  env.PORT?.trim() ? Number(env.PORT) : port

/** Both are looked for for as long as it takes. */
async function lookForParts(app: NestExpressApplication, log: Log): Promise<void> {
  const nats = app.get(NatsClient)
  nats.connect().catch((error: unknown) => log.error('NATS cannot be used', error))
  await prepareDatabase(app.get(DatabaseConnection), log)
}
