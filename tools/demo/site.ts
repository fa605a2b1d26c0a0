import type { LocalDay } from '#shared/clock'
import type { DatabaseConnection } from '#shared/database'
import type { UpstreamCalls } from '../../testing/simulators/external-web-app/index.js'

/** Services at work with the stand-ins of their upstreams, wherever they run. */
export interface Site {
  readonly connection: DatabaseConnection
  /** Aborted when it is no use to go on, with the reason. */
  readonly halt: AbortController
  setBenefitAnswers(bySurname: Readonly<Record<string, string>>): void | Promise<void>
  calls(): UpstreamCalls | Promise<UpstreamCalls>
  emailsTaken(): number | Promise<number>
  /** Fires the daily approval run, as `nats pub` would: without an id, so that it counts each time. */
  fireDailyRun(date: LocalDay): Promise<void>
}
