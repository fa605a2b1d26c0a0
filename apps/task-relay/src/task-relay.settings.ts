import { z } from 'zod'
import { readSettings, wholeNumber, type Environment } from '#shared/config'

const schema = z.object({
  RELAY_POLL_MS: wholeNumber(100),
  RELAY_QUIET_SECONDS: wholeNumber(60),
})

export class RelaySettings {
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
