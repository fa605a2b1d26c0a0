import type { Type } from '@nestjs/common'
import { describeError, Log, wordsOf } from '../logging/index.js'
import { startService, type RunningService } from './start-service.js'
import type { ServiceOptions } from './service-options.js'

/** Longer than handlers and connections are given, in milliseconds. */
const stopMs = 30_000

/** The whole of a service's `main.ts`: runs it until SIGTERM or SIGINT, then stops it in order and exits 0. */
export async function runService(appModule: Type, options: Omit<ServiceOptions, 'env'>): Promise<void> {
  // Node would print the text of whatever nobody caught, which may quote a row.
  process.on('uncaughtException', (error) => refuse(options.name, error))
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

/** One clear line, and the exit code of a failure. Of another's error, its text is left out here too. */
function refuse(name: string, error: unknown): never {
  process.stderr.write(`${name}: ${typeof error === 'string' ? error : lineOf(error)}\n`)
  process.exit(1)
}

function lineOf(error: unknown): string {
  if (isListenError(error)) return error.message
  // Where it was thrown and what caused it matter where nobody has said what to do.
  const forPeople = error instanceof Error && error.cause === undefined
  return (forPeople ? wordsOf(error) : undefined) ?? JSON.stringify(describeError(error))
}

/** An address of ours: the port is taken, or may not be. */
const isListenError = (error: unknown): error is Error =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'listen'
