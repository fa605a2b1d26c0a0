import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '#shared/logging'
import { stopping, type Outcome, type SharedTurn } from '#shared/messaging'
import { currentUse, noteAsked, type UpstreamUse } from '#shared/telemetry'
import type { ChatClient } from './chat.client.js'
import { digestText, type News } from './digest.rules.js'

interface Waiting {
  readonly news: News
  readonly settle: (outcome: Outcome) => void
  /** Whoever waits has asked the chat when it was told of the news. */
  readonly use: UpstreamUse | undefined
}

/** What comes within this many milliseconds of the first is one message with it. */
const gatherMs = 1_000
/** After trouble with the turn, in milliseconds. */
const troubleMs = 1_000

/**
 * Tells the chat what is new, in as few messages as its turn allows. News waits here with its message unanswered: what
 * dies with this process is told by another one.
 */
export class Digests {
  private waiting: Waiting[] = []
  private running = false
  private readonly stopped = new AbortController()

  constructor(
    private readonly chat: Pick<ChatClient, 'post'>,
    private readonly turn: Pick<SharedTurn, 'take' | 'giveBack'>,
    private readonly runbook: string,
    private readonly log: Log,
  ) {}

  /** Resolves with what became of the message that told it. Once the signal is aborted it is not told any more. */
  add(news: News, signal: AbortSignal): Promise<Outcome> {
    if (this.stopped.signal.aborted) return Promise.resolve(stopping)
    return new Promise((settle) => {
      const entry = { news, settle, use: currentUse() }
      this.waiting.push(entry)
      signal.addEventListener('abort', () => {
        this.waiting = this.waiting.filter((each) => each !== entry)
      })
      if (!this.running) void this.run()
    })
  }

  /** What waits is given back; what is being posted ends. */
  stop(): void {
    this.stopped.abort()
    this.waiting.splice(0).forEach(({ settle }) => settle(stopping))
  }

  private async run(): Promise<void> {
    this.running = true
    await this.pause(gatherMs)
    while (this.waiting.length) {
      try {
        const waitMs = await this.turn.take()
        if (waitMs > 0) await this.pause(waitMs)
        else await this.tell()
      } catch (error) {
        this.log.error('the chat cannot be told anything yet', error)
        await this.pause(troubleMs)
      }
    }
    this.running = false
  }

  private async tell(): Promise<void> {
    const told = this.waiting.splice(0)
    const news = told.map((each) => each.news)
    const outcome = news.length ? await this.chat.post(digestText(news, this.runbook)) : stopping
    told.forEach(({ settle, use }) => {
      noteAsked('chat', use)
      settle(outcome)
    })
    if (outcome.kind === 'unavailable') await this.turn.giveBack()
  }

  private async pause(ms: number): Promise<void> {
    // Aborted, the wait rejects: that is the signal to stop.
    await delay(ms, undefined, { signal: this.stopped.signal }).catch(() => undefined)
  }
}
