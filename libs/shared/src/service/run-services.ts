import type { Type } from '@nestjs/common'
import type { SettingsGroup } from '../config/index.js'
import { OpenFiles } from '../database/index.js'
import { describeError, Log, wordsOf } from '../logging/index.js'
import { asService, currentService } from '../telemetry/index.js'
import { startService, type RunningService } from './start-service.js'
import type { ServiceOptions } from './service-options.js'

/** Longer than handlers and connections are given, in milliseconds. */
export const stopMs = 30_000

/** What a service is, to whoever runs it. */
export interface ServiceDefinition extends Pick<ServiceOptions, 'name' | 'port' | 'takes'> {
  /** What it does, in the README's words. */
  readonly summary: string
  /** Loaded when it is started, or looked at. */
  readonly module: () => Promise<Type>
  /** What it asks of its environment besides what every service does. */
  readonly settings: () => Promise<readonly SettingsGroup[]>
}

/**
 * Runs services in this process until SIGTERM or SIGINT, then stops them in order and exits 0: the whole of a service's
 * `main.ts`. Several share the embedded database's connection and the log's output; what each counts is its own, and
 * `PORT` is for none of them, unless it asks for any free one. What ends one ends all, with exit code 1 and a line that
 * says which.
 * @param onListening told of each as soon as its health endpoints answer
 */
export async function runServices(
  services: readonly ServiceDefinition[],
  onListening: (name: string, port: number) => void = () => undefined,
): Promise<void> {
  const alone = services.length === 1
  const all = alone ? (services[0]?.name ?? '') : 'services'
  // Node would print the text of whatever nobody caught, which may quote a row.
  process.on('uncaughtException', (error) => refuse(currentService() ?? all, error))
  const env = alone || process.env.PORT === '0' ? process.env : { ...process.env, PORT: undefined }
  const files = new OpenFiles()
  const start = async ({ name, port, takes, module, settings }: ServiceDefinition) => {
    const options = { name, port, env, files, settings: await settings(), ...(takes ? { takes } : {}) }
    const service = await startService(await module(), options)
    onListening(name, service.port)
    return { name, ...service }
  }
  const started = await Promise.allSettled(
    services.map((service) => (alone ? start(service) : asService(service.name, () => start(service)))),
  )
  // Each says what it lacks: who sets them up mends all at once.
  started.forEach((each, i) => {
    if (each.status === 'rejected') say(services[i]?.name ?? all, each.reason)
  })
  const running = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  if (running.length < services.length) process.exit(1)
  stopOnSignal(running)
  await Promise.all(running.map(({ name, ready }) => ready.catch((error: unknown) => refuse(name, error))))
}

function stopOnSignal(services: readonly RunningService[]): void {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      for (const { app } of services) app.get(Log).info('service stops', { signal })
      // Whatever hangs must not keep a new one from taking its place.
      setTimeout(() => refuse(`stopping took more than ${stopMs / 1_000} s`, signal), stopMs).unref()
      Promise.all(services.map((service) => service.stop())).then(
        () => process.exit(0),
        (error: unknown) => refuse('stopping', error),
      )
    })
  }
}

/** One clear line, and the exit code of a failure. Of another's error, its text is left out here too. */
function refuse(name: string, error: unknown): never {
  say(name, error)
  process.exit(1)
}

function say(name: string, error: unknown): void {
  process.stderr.write(`${name}: ${typeof error === 'string' ? error : lineOf(error)}\n`)
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
