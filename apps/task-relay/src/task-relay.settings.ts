import { z } from 'zod'
import { readSettings, wholeNumber, type Environment, type SettingsGroup } from '#shared/config'

const schema = z.object({
  RELAY_POLL_MS: wholeNumber(100, {
    words:
      'between two looks at the Task tables when there was nothing, and nobody said that a row waits (`tasks.waiting`); ten times as long where every row that was found had been told of',
  }),
  RELAY_QUIET_SECONDS: wholeNumber(60, {
    words:
      'after so long without news a message is looked for in its stream, and published again if it is not there',
  }),
})

export const settings: readonly SettingsGroup[] = [{ schema }]

export class TaskRelaySettings {
  /** Milliseconds between two looks at the Task tables when there was nothing. */
  readonly pollMs: number
  /** Seconds after which a message nobody has heard of is looked for. */
  readonly quietSeconds: number

  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.pollMs = settings.RELAY_POLL_MS
    this.quietSeconds = settings.RELAY_QUIET_SECONDS
  }
}
