import { Injectable } from '@nestjs/common'
import type { HandlerName } from '../../messaging/index.js'
import { DeadLetterStream, type KeptLetter } from './dead-letter-stream.js'
import type { DeadLetter } from './dead-letter.js'
import { Letters, type LetterSelection } from './letters.js'
import { Readdressed } from './readdressed.repository.js'
import { RetryLetters, type LetterResult } from './retry-letters.js'
import { Runs } from '../runs/runs.repository.js'

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
    private readonly runs: Runs,
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
   * Runs emails and text messages again, to the visitor's address or number of today instead of the one that their task
   * names. Letters of other messages are passed over; one about no claim, which has no visitor, is left as it is.
   * @param person nobody where it is only to be said what would be done
   */
  async *readdress(selection: LetterSelection, person: string | undefined): AsyncGenerator<LetterResult[]> {
    for await (const page of this.letters.pages(selection)) {
      const sendings = page.filter(({ letter }) => isReaddressable(letter))
      const left = await this.withoutVisitor(sendings)
      const results = left.map(({ letter }): LetterResult => ({ letter, outcome: 'no-visitor' }))
      const meant = sendings.filter((each) => !left.includes(each))
      yield [...results, ...(await this.toVisitors(meant, person))]
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

  private async toVisitors(page: readonly KeptLetter[], person: string | undefined): Promise<LetterResult[]> {
    if (person === undefined) return this.retrying.foresee(page)
    const ids = page.map(({ letter }) => letter.messageId)
    // First: whoever takes the message up again has to find it.
    await this.readdressed.record(ids, person)
    return this.retrying.retry(page)
  }

  /** To a visitor they could never go: neither now, nor by a retry once their row's data was put right. */
  private async withoutVisitor(page: readonly KeptLetter[]): Promise<KeptLetter[]> {
    const refs = page.map(({ letter: { messageId: id, consumer, task } }) => ({
      ...{ id, consumer },
      ...(task ? { task } : {}),
    }))
    const known = await this.runs.known(refs)
    return page.filter((_, place) => known[place]?.aboutNoClaim)
  }
}

/** Those that ask whether an operator has said so. */
const readdressing: readonly string[] = ['send-email', 'send-notification'] satisfies HandlerName[]

/** Whether a letter's message can be sent to the visitor's address or number of today. */
export const isReaddressable = ({ consumer }: Pick<DeadLetter, 'consumer'>): boolean =>
  readdressing.includes(consumer)
