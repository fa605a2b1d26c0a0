import { z } from 'zod'
import {
  readSettings,
  wholeNumber,
  wholeNumberIn,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import { keptDays } from './prune-records/prune-records.rules.js'

/** Until then what failed for the time being may have to be sent anew: Notify's three days, a day's pause, and some to spare. */
const sentAnewDays = 7

const schema = z.object({
  RELAY_POLL_MS: wholeNumber(100, {
    words:
      'between two looks at the Task tables when there was nothing, and nobody said that a row waits (`tasks.waiting`); ten times as long where every row that was found had been told of',
  }),
  RELAY_QUIET_SECONDS: wholeNumber(60, {
    words:
      'after so long without news a message is looked for in its stream, and published again if it is not there',
  }),
  NOTIFICATION_DATA_DAYS: wholeNumberIn(sentAnewDays, keptDays.taskRuns, 30, {
    words:
      'after so long a `SEND-NOTIFICATION` or `SUBJECT-CHANGED` row that has ended loses its data: recipient and personalisation, what was so of the subject',
  }),
})

export const settings: readonly SettingsGroup[] = [{ schema }]

export class TaskRelaySettings {
  /** Milliseconds between two looks at the Task tables when there was nothing. */
  readonly pollMs: number
  /** Seconds after which a message nobody has heard of is looked for. */
  readonly quietSeconds: number
  /** Days after which a notification's row loses its data. */
  readonly notificationDataDays: number

  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.pollMs = settings.RELAY_POLL_MS
    this.quietSeconds = settings.RELAY_QUIET_SECONDS
    this.notificationDataDays = settings.NOTIFICATION_DATA_DAYS
  }
}
