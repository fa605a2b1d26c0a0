import { Injectable } from '@nestjs/common'
import { DeadLetterStream, type KeptLetter, type LetterFilter } from './dead-letter-stream.js'
import type { DeadLetter } from './dead-letter.js'
import { readBody, type BodyKnown } from '../streams/message-body.js'
import { References } from '../runs/references.repository.js'
import { nothingKnown, verdictOn, type Verdict } from '../runs/run-again.rules.js'
import { Runs, type KnownRun, type OutboxRun } from '../runs/runs.repository.js'

/** Letters by their numbers, or all that a filter means. */
export type LetterSelection = { readonly sequences: readonly number[] } | { readonly filter: LetterFilter }

/** Everything that is known of a letter. */
export interface LetterDetails {
  readonly letter: DeadLetter
  readonly body: BodyKnown
  /** What `retry` would come to. */
  readonly verdict: Verdict
  readonly taskStatus?: string
  readonly run?: Pick<OutboxRun, 'State' | 'Attempts' | 'LastReason' | 'DateCreated' | 'DateEnded'>
  /** The body as it came. It may be an outsider's, and hold anything. */
  readonly raw: Uint8Array
}

/**
 * Dead letters as an operator sees them. Reads in pages: there may be tens of thousands. Every method throws
 * OperationFailed with a line for the operator where there is no such stream or letter.
 */
@Injectable()
export class Letters {
  constructor(
    private readonly stream: DeadLetterStream,
    private readonly runs: Runs,
    private readonly references: References,
  ) {}

  /** The newest letters of a filter, the oldest of them first, and how many there are in all. */
  async list(filter: LetterFilter, limit: number): Promise<{ letters: DeadLetter[]; total: number }> {
    let letters: DeadLetter[] = []
    let total = 0
    for await (const page of this.pages({ filter })) {
      total += page.length
      letters = [...letters, ...page.map(({ letter }) => letter)].slice(-limit)
    }
    return { letters, total }
  }

  async show(sequence: number): Promise<LetterDetails> {
    const [kept] = await this.stream.get([sequence])
    const { letter, message } = kept as KeptLetter
    const { messageId: id, consumer, task } = letter
    const [known] = await this.runs.known([{ id, consumer, ...(task ? { task } : {}) }])
    const { run, taskStatus, ...facts }: KnownRun = known ?? nothingKnown
    return {
      letter,
      body: readBody(letter.subject, message.data),
      verdict: verdictOn({ ...facts, ...(taskStatus === undefined ? {} : { taskStatus }) }),
      ...(taskStatus === undefined ? {} : { taskStatus }),
      ...(run ? { run } : {}),
      raw: message.data,
    }
  }

  /** All that are meant, the oldest first. */
  async *pages(selection: LetterSelection): AsyncGenerator<KeptLetter[]> {
    if ('filter' in selection) {
      const { filter } = selection
      const ids = filter.reference === undefined ? [] : await this.references.messageIds(filter.reference)
      yield* this.stream.find(filter, new Set(ids))
      return
    }
    // All of them are looked for first: a mistyped number must not leave the work half done.
    const kept = await this.stream.get([...new Set(selection.sequences)])
    for (let start = 0; start < kept.length; start += lettersAtOnce)
      yield kept.slice(start, start + lettersAtOnce)
  }
}

/** As many as the database is asked about at once. */
const lettersAtOnce = 200
