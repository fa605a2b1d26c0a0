import { z } from 'zod'
import {
  readSettings,
  setting,
  textOr,
  wholeNumber,
  type Environment,
  type SettingsGroup,
} from '#shared/config'

const schema = z.object({
  CHAT_WEBHOOK_URL: setting(z.url({ protocol: /^https?$/ }).optional(), {
    words:
      'a secret; where dead letters and missed jobs are posted as `{"text": …}`, as Slack’s incoming webhooks take it',
    otherwise: 'none: nobody is told',
    form: 'an http(s) URL',
    place: 'secrets',
    upstream: 'chat',
    switches: 'chat',
  }),
  CHAT_WEBHOOK_TIMEOUT_MS: wholeNumber(10_000),
  CHAT_PAUSE_SECONDS: wholeNumber(60, {
    words:
      'from one message to the next, of all replicas together; what comes meanwhile is counted in the next',
  }),
  CHAT_RUNBOOK: textOr('docs/runbook.md', {
    words: 'where the message’s reader finds the runbook: its address, say',
  }),
})

export const chatSettings: SettingsGroup = { schema }

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
