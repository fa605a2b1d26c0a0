import {
  answerCode,
  done,
  failedFetch,
  reject,
  unavailable,
  upstreamFailed,
  type Outcome,
} from '#shared/messaging'
import { noteRequest, noteStatus, upstreamCall } from '#shared/telemetry'
import type { WebhookOptions } from './chat.settings.js'

/** It will not take this text, however often it is sent. */
const refusesText: readonly number[] = [400, 413]
/** It takes nothing now, or nothing under this address: what is to be said waits until that is put right. */
const takesNothing: readonly number[] = [401, 403, 404, 405, 410, 429, 502, 503, 504]

/** A webhook that takes `{"text": …}`, as Slack's and its likes do. */
export class ChatClient {
  constructor(private readonly options: WebhookOptions) {}

  /**
   * Posts a text; repeating it posts it again. Never rejects, and never says where it posted to. `unavailable` means that
   * nobody has seen the text, for certain.
   */
  post(text: string): Promise<Outcome> {
    return upstreamCall({ upstream: 'chat', operation: 'post-text' }, () => this.send(text), answerCode)
  }

  private async send(text: string): Promise<Outcome> {
    const signal = AbortSignal.timeout(this.options.timeoutMs)
    noteRequest('POST', this.options.url)
    try {
      const response = await fetch(this.options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
        redirect: 'manual',
        signal,
      })
      noteStatus(response.status)
      await response.body?.cancel().catch(() => undefined)
      return outcomeOf(response)
    } catch (error) {
      return failedFetch('chat', error, signal.aborted)
    }
  }
}

function outcomeOf({ ok, status, headers }: Response): Outcome {
  if (ok) return done
  const reason = `chat-${status}`
  if (refusesText.includes(status)) return reject(reason)
  if (!takesNothing.includes(status)) return upstreamFailed(reason)
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? unavailable(reason, { forMs: seconds * 1_000 }) : unavailable(reason)
}
