import type { Type } from '@nestjs/common'
import { SettingsError } from '../config/index.js'
import { Log } from '../logging/index.js'
import { StartRefused } from '../messaging/index.js'
import { startService, type RunningService } from './start-service.js'
import type { ServiceOptions } from './service-options.js'

/** Longer than handlers and connections are given, in milliseconds. */
const stopMs = 30_000

/** The whole of a service's `main.ts`: runs it until SIGTERM or SIGINT, then stops it in order and exits 0. */
export async function runService(appModule: Type, options: Omit<ServiceOptions, 'env'>): Promise<void> {
  try {
    const service = await startService(appModule, { ...options, env: process.env })
    stopOnSignal(service)
    await service.ready
  } catch (error) {
    refuse(options.name, error)
  }
}

function stopOnSignal(service: RunningService): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      service.app.get(Log).info('service stops', { signal })
      // Whatever hangs must not keep a new one from taking its place.
      setTimeout(() => refuse(`stopping took more than ${stopMs / 1_000} s`, signal), stopMs).unref()
      service.stop().then(
        () => process.exit(0),
        (error: unknown) => refuse('stopping', error),
      )
    })
  }
}

/** One clear line, and the exit code of a failure. */
function refuse(name: string, error: unknown): never {
  const known = error instanceof SettingsError || error instanceof StartRefused
  const message = known || isListenError(error) ? error.message : error
  process.stderr.write(
    `${name}: ${message instanceof Error ? (message.stack ?? message.name) : String(message)}\n`,
  )
  process.exit(1)
}

const isListenError = (error: unknown): error is Error => error instanceof Error && 'syscall' in error
