import type { Environment } from '#shared/config'
import { provisioner, provisionerProcess, ServiceProcess } from './service-process.js'

/** Every service of the project that runs for good. */
export const serviceNames = [
  'task-relay',
  'claim-completer',
  'dwp-checker',
  'notifier',
  'scheduler',
  'daily-tasks',
  'payment-run',
] as const

export interface ServicesOptions {
  readonly env: Environment
  /** Told of every line a service prints. */
  readonly onLine: (service: string, line: string, stream: 'stdout' | 'stderr') => void
}

/** All services, each in a process of its own, as built in `dist/`; and who provides their streams and consumers. */
export class Services {
  readonly all: readonly ServiceProcess[]
  private readonly provisioner: ServiceProcess
  /** Resolves with the first service that ends, whatever the reason. */
  readonly firstToEnd: Promise<ServiceProcess>

  constructor({ env, onLine }: ServicesOptions) {
    this.provisioner = provisionerProcess({
      env,
      onLine: (line, stream) => onLine(provisioner, line, stream),
    })
    this.all = serviceNames.map(
      (name) => new ServiceProcess(name, { env, onLine: (line, stream) => onLine(name, line, stream) }),
    )
    this.firstToEnd = Promise.race([this.provisioner, ...this.all].map(({ ended }) => ended))
  }

  /** Asks all of them to finish, and waits. Safe to repeat. Resolves with those that did not end with exit code 0. */
  async stop(): Promise<ServiceProcess[]> {
    const processes = [this.provisioner, ...this.all]
    const outcomes = await Promise.all(processes.map((each) => each.stop()))
    return processes.filter((_, i) => outcomes[i] !== 'exit code 0')
  }
}

/** What to tell somebody whose service has ended by itself: how, and its last words. */
export const obituary = ({ name, outcome, lastLines }: ServiceProcess): string =>
  [`${name} ended by itself (${outcome}). Its last lines:`, ...lastLines.map((line) => `  ${line}`)].join(
    '\n',
  )
