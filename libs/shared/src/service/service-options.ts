import type { DestinationStream } from 'pino'
import { z } from 'zod'
import { ShiftedClock, SystemClock, type Clock } from '../clock/index.js'
import type { OpenFiles } from '../database/index.js'
import { readSettings, SettingsError, wholeNumber, type Environment } from '../config/index.js'

export interface ServiceOptions {
  readonly name: string
  readonly env: Environment
  /** The port of its health endpoints where `PORT` does not say another; 0 for any free one. */
  readonly port: number
  /** The embedded database's files that other services of this process have open too. */
  readonly files?: OpenFiles
  /** Only tests have one of their own. */
  readonly clock?: Clock
  readonly logTo?: DestinationStream
}

/** The environment of a service, for the settings of its own. */
export const ENVIRONMENT = Symbol('environment')

const schema = z.object({
  PORT: wholeNumber(0),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  CLOCK_START: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
    .optional(),
  APVS_DATABASE_SERVER: z.string().optional(),
})

export function serviceSettings({ env, port }: ServiceOptions) {
  const settings = readSettings(schema, env)
  return { port: env.PORT?.trim() ? settings.PORT : port, logLevel: settings.LOG_LEVEL }
}

/** The machine's clock; with `CLOCK_START`, and only beside the embedded database, one that starts there. */
export function serviceClock({ env, clock }: ServiceOptions): Clock {
  if (clock) return clock
  const { CLOCK_START: start, APVS_DATABASE_SERVER: server } = readSettings(schema, env)
  if (start === undefined) return new SystemClock()
  if (server !== undefined) throw new SettingsError('settings: CLOCK_START is only for the embedded database')
  return new ShiftedClock(start)
}
