import { z } from 'zod'
import { HttpSimulator, type Received } from './http-simulator.js'
import { isObject, parseJson, plain, type Reply, type SimulatorRequest } from './http-messages.js'

/** A message that was shown. */
export interface ChatCall {
  text: string
  /** Milliseconds since 1970. */
  at: number
}

export interface ChatOptions {
  random?: (() => number) | undefined
}

/** Whoever knows it may write. */
export const CHAT_WEBHOOK_PATH = '/services/T00000000/B00000000/simulated-secret'

const say = (status: number, body: string): Reply => ({ ...plain(status), body })

/** A chat's incoming webhook, as Slack has it. */
export class ChatSimulator extends HttpSimulator<ChatCall> {
  constructor(options: ChatOptions = {}) {
    super('chat', options.random)
  }

  /** The address to post to. */
  get webhook(): string {
    return `${this.url}${CHAT_WEBHOOK_PATH}`
  }

  override putAnswers(answers: unknown): void {
    z.strictObject({}).parse(answers)
  }

  override resetAnswers(): void {
    // There is only one answer.
  }

  protected override forgetWork(): void {
    // What was said is in the calls.
  }

  protected override receive({ method, path, body }: SimulatorRequest): Received<ChatCall> {
    if (method !== 'POST' || path !== CHAT_WEBHOOK_PATH) return { perform: () => say(404, 'no_service') }
    const sent = parseJson(body)
    const text = isObject(sent) ? sent['text'] : undefined
    if (typeof text !== 'string') return { perform: () => say(400, 'invalid_payload') }
    if (!text.trim()) return { perform: () => say(400, 'no_text') }
    return { call: { text, at: Date.now() }, perform: () => say(200, 'ok') }
  }
}
