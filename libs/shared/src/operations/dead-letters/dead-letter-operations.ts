import { Injectable } from '@nestjs/common'
import { DeadLetterStream } from './dead-letter-stream.js'
import type { DeadLetter } from './dead-letter.js'
import { Letters, type LetterSelection } from './letters.js'
import { RetryLetters, type LetterResult } from './retry-letters.js'

/**
 * What an operator does with dead letters, for the actions to carry out. Reads in pages: there may be tens of thousands.
 * Every method throws OperationFailed with a line for the operator where there is no such stream or letter.
 */
@Injectable()
export class DeadLetterOperations {
  constructor(
    private readonly stream: DeadLetterStream,
    private readonly retrying: RetryLetters,
    private readonly letters: Letters,
  ) {}

  /**
   * Runs letters again, page by page; each result is yielded when its page is done. Never sends an email twice.
   * @param dryRun only say what would be done
   */
  async *retry(selection: LetterSelection, dryRun: boolean): AsyncGenerator<LetterResult[]> {
    for await (const page of this.letters.pages(selection)) {
      yield dryRun ? await this.retrying.foresee(page) : await this.retrying.retry(page)
    }
  }

  /**
   * Deletes letters for good, page by page. Their Task rows stay failed.
   * @param dryRun only say which
   */
  async *discard(selection: LetterSelection, dryRun: boolean): AsyncGenerator<DeadLetter[]> {
    for await (const page of this.letters.pages(selection)) {
      if (!dryRun) await this.stream.delete(page.map(({ letter }) => letter.sequence))
      yield page.map(({ letter }) => letter)
    }
  }
}
