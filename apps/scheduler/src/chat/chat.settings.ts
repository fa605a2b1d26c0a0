import { z } from 'zod'
import { readSettings, wholeNumber, type Environment } from '#shared/config'

const schema = z.object({
  CHAT_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  CHAT_WEBHOOK_TIMEOUT_MS: wholeNumber(10_000),
  CHAT_PAUSE_SECONDS: wholeNumber(60),
  CHAT_RUNBOOK: z.string().default('docs/runbook.md'),
})

export interface WebhookOptions {
  /** A secret: whoever has it may write there. */
  readonly url: string
  /** Milliseconds from the request to the answer's head. */
  readonly timeoutMs: number
}

export class ChatSettings {
  /** Absent: nobody is told anything. */
  readonly webhook?: WebhookOptions
  /** Milliseconds from one message to the next, of all replicas together. */
  readonly pauseMs: number
  /** Where the reader finds the runbook: an address, or its path in this project. */
  readonly runbook: string

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    const { CHAT_WEBHOOK_URL: url, CHAT_WEBHOOK_TIMEOUT_MS: timeoutMs } = settings
    if (url !== undefined) this.webhook = { url, timeoutMs }
    this.pauseMs = settings.CHAT_PAUSE_SECONDS * 1_000
    this.runbook = settings.CHAT_RUNBOOK
  }
}
