import type { Environment } from '#shared/config'
import { serviceNames } from '../../apps/index.js'
import { topologyKeeperProcess, ServiceProcess } from './service-process.js'

export interface ServicesOptions {
  readonly env: Environment
  /** All of them in one process, which the embedded database serves better (ADR 36); else each in its own. */
  readonly together: boolean
  /** None but these programs, each in its own process; who provides the streams runs elsewhere. */
  readonly only?: readonly string[] | undefined
  /** Told of every line a service prints. */
  readonly onLine: (line: string, stream: 'stdout' | 'stderr') => void
}

/** All services, as built in `dist/`; and who provides their streams and consumers. */
export class Services {
  readonly processes: readonly ServiceProcess[]
  /** Resolves with the first process that ends, whatever the reason. */
  readonly firstToEnd: Promise<ServiceProcess>

  constructor({ env, together, only, onLine }: ServicesOptions) {
    const names = only ?? (together ? ['services'] : serviceNames)
    this.processes = [
      ...(only ? [] : [topologyKeeperProcess({ env, onLine })]),
      ...names.map((name) => new ServiceProcess(name, { env, onLine })),
    ]
    this.firstToEnd = Promise.race(this.processes.map(({ ended }) => ended))
  }

  /** Resolves with the port of a service's health endpoints as soon as it listens there. */
  listening(name: string): Promise<number> {
    const process = this.processes.find((each) => each.name === name || each.name === 'services')
    if (!process) throw new Error(`no service ${name}`)
    return process.listeningAs(name)
  }

  /** Asks all of them to finish, and waits. Safe to repeat. Resolves with those that did not end with exit code 0. */
  async stop(): Promise<ServiceProcess[]> {
    const outcomes = await Promise.all(this.processes.map((each) => each.stop()))
    return this.processes.filter((_, i) => outcomes[i] !== 'exit code 0')
  }
}

/** What to tell somebody whose service has ended by itself: how, and its last words. */
export const obituary = ({ name, outcome, lastLines }: ServiceProcess): string =>
  [`${name} ended by itself (${outcome}). Its last lines:`, ...lastLines.map((line) => `  ${line}`)].join(
    '\n',
  )
