import { HttpClient, isSuccess, type Answered } from '#shared/http'
import {
  answerCode,
  done,
  failedRequest,
  reject,
  unavailable,
  upstreamFailed,
  type Outcome,
} from '#shared/messaging'
import { upstreamCall } from '#shared/telemetry'
import type { WebhookOptions } from './chat.settings.js'

/** It will not take this text, however often it is sent. */
const refusesText: readonly number[] = [400, 413]
/** It takes nothing now, or nothing under this address: what is to be said waits until that is put right. */
const takesNothing: readonly number[] = [401, 403, 404, 405, 410, 429, 502, 503, 504]

/** A webhook that takes `{"text": …}`, as Slack's and its likes do. */
export class ChatClient {
  private readonly http = new HttpClient()

  constructor(private readonly options: WebhookOptions) {}

  /**
   * Posts a text; repeating it posts it again. Never rejects, and never says where it posted to. `unavailable` means that
   * nobody has seen the text, for certain.
   */
  post(text: string): Promise<Outcome> {
    return upstreamCall({ upstream: 'chat', operation: 'post-text' }, () => this.send(text), answerCode)
  }

  private async send(text: string): Promise<Outcome> {
    const { url, timeoutMs } = this.options
    const result = await this.http.send({
      ...{ method: 'POST', url, timeoutMs, headOnly: true },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
    return result.kind === 'answered' ? outcomeOf(result) : failedRequest('chat', result)
  }
}

function outcomeOf({ status, headers }: Answered): Outcome {
  if (isSuccess(status)) return done
  const reason = `chat-${status}`
  if (refusesText.includes(status)) return reject(reason)
  if (!takesNothing.includes(status)) return upstreamFailed(reason)
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) ? unavailable(reason, { forMs: seconds * 1_000 }) : unavailable(reason)
}
