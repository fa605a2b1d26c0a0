import type { DestinationStream } from 'pino'
import { z } from 'zod'
import { ShiftedClock, SystemClock, type Clock } from '../clock/index.js'
import type { OpenFiles } from '../database/index.js'
import {
  optionalText,
  readSettings,
  setting,
  SettingsError,
  wholeNumber,
  type Environment,
  type SettingsGroup,
} from '../config/index.js'

export interface ServiceOptions {
  readonly name: string
  readonly env: Environment
  /** The port of its health endpoints where `PORT` does not say another; 0 for any free one. */
  readonly port: number
  /** What it asks of its environment besides what every service does. */
  readonly settings?: readonly SettingsGroup[]
  /** Paths at which it takes a `POST` with a body; nowhere else. */
  readonly takes?: readonly string[]
  /** The embedded database's files that other services of this process have open too. */
  readonly files?: OpenFiles
  /** Only tests have one of their own. */
  readonly clock?: Clock
  readonly logTo?: DestinationStream
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

export const serviceSchema = z.object({
  PORT: wholeNumber(0, {
    words: 'of the health endpoints; `npm start` leaves each at its default',
    otherwise: '3101 to 3107, 3109 to 3111, by service',
    place: 'chart',
  }),
  LOG_LEVEL: setting(z.enum(logLevels).default('info'), {
    words: '`trace`, `debug` (a line for every message), `info`, `warn`, `error`, `fatal`, `silent`',
    form: `one of ${logLevels.join(', ')}`,
  }),
  CLOCK_START: setting(
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
      .optional(),
    {
      words:
        '`YYYY-MM-DD HH:MM:SS`: the services’ London clock starts there; for demonstrations, refused beside SQL Server',
      form: 'YYYY-MM-DD HH:MM:SS',
      place: 'chart',
    },
  ),
  APVS_DATABASE_SERVER: optionalText(),
})

export function serviceSettings({ env, port }: ServiceOptions) {
  const settings = readSettings(serviceSchema, env)
  return { port: env.PORT?.trim() ? settings.PORT : port, logLevel: settings.LOG_LEVEL }
}

/** The machine's clock; with `CLOCK_START`, and only beside the embedded database, one that starts there. */
export function serviceClock({ env, clock }: Pick<ServiceOptions, 'env' | 'clock'>): Clock {
  if (clock) return clock
  const { CLOCK_START: start, APVS_DATABASE_SERVER: server } = readSettings(serviceSchema, env)
  if (start === undefined) return new SystemClock()
  if (server !== undefined) throw new SettingsError('settings: CLOCK_START is only for the embedded database')
  return new ShiftedClock(start)
}
