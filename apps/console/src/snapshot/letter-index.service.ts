import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { streams } from '#shared/contracts'
import { NatsClient } from '#shared/messaging'
import { deadLetterOf, isNoStream, readStream, type DeadLetter } from '#shared/operations'

const { name } = streams.deadLetters
/** More are counted by the broker, and not kept here. */
const most = 50_000
const freshMs = 2_000
/** How often it is looked whether the broker is there, until the letters have been read for the first time. */
const aheadMs = 200

/** The dead letters as they are now, without their bodies. */
export interface KnownLetters {
  /** The oldest first. */
  readonly letters: readonly DeadLetter[]
  /** How many there are; more than are known here where there are very many. */
  readonly total: number
}

/**
 * What there is of dead letters, read once for all viewers: what is new is read when it comes, and all of it again only
 * where some have gone.
 */
@Injectable()
export class LetterIndex implements OnModuleInit, OnModuleDestroy {
  private letters: readonly DeadLetter[] = []
  private total = 0
  private last = 0
  private readAt = -Infinity
  private reading: Promise<KnownLetters> | undefined
  private ahead: NodeJS.Timeout | undefined

  constructor(private readonly nats: NatsClient) {}

  /** The first reading takes longest: the first who looks is not to wait for it. */
  onModuleInit(): void {
    this.ahead = setInterval(() => {
      if (!this.nats.isConnected || this.reading) return
      // What keeps it from being read whoever looks is told.
      void this.all().then(
        () => clearInterval(this.ahead),
        () => undefined,
      )
    }, aheadMs).unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.ahead)
  }

  /** @throws what keeps the stream from being read */
  all(): Promise<KnownLetters> {
    this.reading ??= this.read().finally(() => (this.reading = undefined))
    return this.reading
  }

  /** What was just changed from here is looked at anew. */
  forget(): void {
    this.readAt = -Infinity
  }

  private async read(): Promise<KnownLetters> {
    if (performance.now() - this.readAt >= freshMs) {
      await this.bringUpToDate()
      this.readAt = performance.now()
    }
    return { letters: this.letters, total: this.total }
  }

  private async bringUpToDate(): Promise<void> {
    const state = await this.stateOf()
    const { messages, last_seq: last } = state
    if (messages === this.total && last === this.last) return
    const news = this.last && last >= this.last ? await this.from(this.last + 1, last) : []
    const complete = this.total === this.letters.length && this.total + news.length === messages
    this.letters = complete
      ? [...this.letters, ...news].slice(-most)
      : await this.from(Math.max(1, last - most + 1), last)
    this.total = messages
    this.last = last
  }

  private async stateOf(): Promise<{ messages: number; last_seq: number }> {
    try {
      return (await this.nats.manager.streams.info(name)).state
    } catch (error) {
      if (isNoStream(error)) return { messages: 0, last_seq: 0 }
      throw error
    }
  }

  private async from(first: number, last: number): Promise<DeadLetter[]> {
    const found: DeadLetter[] = []
    if (first > last) return found
    const once = keptOnce()
    for await (const page of readStream(this.nats, { stream: name, from: first, upTo: last }))
      for (const message of page) found.push(lean(deadLetterOf(message), once))
    return found
  }
}

/** A text as it was seen first: ten thousand letters have few reasons, handlers and subjects. */
function keptOnce(): (text: string) => string {
  const kept = new Map<string, string>()
  return (text) => {
    const known = kept.get(text) ?? ofItsOwn(text)
    kept.set(known, known)
    return known
  }
}

/** A part of a text keeps the whole of it, here all headers of its message, in memory. */
const ofItsOwn = (text: string): string => Buffer.from(text).toString()

const lean = (letter: DeadLetter, once: (text: string) => string): DeadLetter => ({
  ...letter,
  consumer: once(letter.consumer),
  reason: once(letter.reason),
  subject: once(letter.subject),
  stream: once(letter.stream),
  messageId: ofItsOwn(letter.messageId),
})
