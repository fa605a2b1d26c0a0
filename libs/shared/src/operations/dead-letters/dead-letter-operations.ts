import { Injectable } from '@nestjs/common'
import type { HandlerName } from '../../messaging/index.js'
import { DeadLetterStream } from './dead-letter-stream.js'
import type { DeadLetter } from './dead-letter.js'
import { Letters, type LetterSelection } from './letters.js'
import { Readdressed } from './readdressed.repository.js'
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
    private readonly readdressed: Readdressed,
  ) {}

  /** The number of the newest letter that there ever was. */
  newest(): Promise<number> {
    return this.stream.newest()
  }

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
   * Runs emails again, to the visitor's address of today instead of the one that their task names. Letters of other
   * messages are passed over.
   * @param person nobody where it is only to be said what would be done
   */
  async *readdress(selection: LetterSelection, person: string | undefined): AsyncGenerator<LetterResult[]> {
    for await (const page of this.letters.pages(selection)) {
      const emails = page.filter(({ letter }) => letter.consumer === emailHandler)
      const ids = emails.map(({ letter }) => letter.messageId)
      if (person === undefined) yield await this.retrying.foresee(emails)
      else {
        // First: whoever takes the message up again has to find it.
        await this.readdressed.record(ids, person)
        yield await this.retrying.retry(emails)
      }
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

const emailHandler: HandlerName = 'send-email'
