import { Injectable } from '@nestjs/common'
import { consumer, deadLetterHeaders, isHandlerName } from '../../messaging/index.js'
import { DeadLetterStream, type KeptLetter } from './dead-letter-stream.js'
import type { DeadLetter } from './dead-letter.js'
import { runsBy } from '../runs/run-again.rules.js'
import { RunAgain, type Judged, type ToRunAgain } from '../runs/run-again.js'

/**
 * What became of a letter. `retried`: its message is under way, the letter gone. `done-already`, `superseded`: there
 * was nothing left to do, and the letter is gone. `data-gone` (nobody knows any more what there was to do),
 * `no-visitor` (it is to go to its claim's visitor, and is about none), `changed-meanwhile`, `origin-unknown` (somebody else put it there),
 * `not-whole` (too large to be kept so: its stream has it), `not-published`: it is where it was.
 */
export type LetterOutcome =
  | 'retried'
  | 'done-already'
  | 'superseded'
  | 'data-gone'
  | 'no-visitor'
  | 'changed-meanwhile'
  | 'origin-unknown'
  | 'not-whole'
  | 'not-published'

export interface LetterResult {
  readonly letter: DeadLetter
  readonly outcome: LetterOutcome
}

interface LetterToRun extends ToRunAgain {
  readonly kept: KeptLetter
}

/** Lets dead letters run again. For one page of letters at a time. */
@Injectable()
export class RetryLetters {
  constructor(
    private readonly letters: DeadLetterStream,
    private readonly runAgain: RunAgain,
  ) {}

  /** What `retry` would do now. Changes nothing. */
  async foresee(page: readonly KeptLetter[]): Promise<LetterResult[]> {
    const judged = await this.runAgain.judge(page.filter(isKnown).map(toRunAgain))
    return inPage(page, new Map(judged.map(({ message, verdict }) => [message.kept, outcomeOf(verdict)])))
  }

  /**
   * Makes what failed owed again, publishes it, and deletes the letters, in this order: dying in between leaves
   * letters whose message is under way, and repeating it does nothing twice.
   */
  async retry(page: readonly KeptLetter[]): Promise<LetterResult[]> {
    const judged = await this.runAgain.judge(page.filter(isKnown).map(toRunAgain))
    const open = new Set(await this.runAgain.reopen(judged))
    const outcomes = await Promise.all(
      judged.map(async (each): Promise<[KeptLetter, LetterOutcome]> => {
        if (!runsBy(each.verdict)) return [each.message.kept, each.verdict]
        return [each.message.kept, open.has(each) ? await this.publish(each) : 'changed-meanwhile']
      }),
    )
    const gone = outcomes.filter(([, outcome]) => leavesNoLetter.includes(outcome))
    await this.letters.delete(gone.map(([{ letter }]) => letter.sequence))
    return inPage(page, new Map(outcomes))
  }

  private async publish(judged: Judged): Promise<LetterOutcome> {
    try {
      await this.runAgain.publish(judged)
      return 'retried'
    } catch {
      // What is owed the relay publishes; of the rest, the letter stays.
      return 'not-published'
    }
  }
}

const leavesNoLetter: readonly LetterOutcome[] = ['retried', 'done-already', 'superseded']

/** The services write down what a letter was; without it there is nothing to publish it as. */
const isKnown = (kept: KeptLetter): boolean =>
  kept.letter.subject !== '' && kept.letter.messageId !== '' && isOfItsHandler(kept.letter) && isWhole(kept)

/**
 * A service may write letters of its own handlers alone, and say in them what it likes: published as another handler's work, one
 * would fire a job that its service may not fire. Of a handler that is no more nobody can say what it took.
 */
const isOfItsHandler = ({ consumer: name, subject }: DeadLetter): boolean =>
  !isHandlerName(name) || consumer(name).subjects.some((each) => each === subject)

const isWhole = ({ message }: KeptLetter): boolean => !message.headers.has(deadLetterHeaders.cutFrom)

const toRunAgain = (kept: KeptLetter): LetterToRun => {
  const { letter, message } = kept
  return {
    kept,
    id: letter.messageId,
    consumer: letter.consumer,
    ...(letter.task ? { task: letter.task } : {}),
    // The stream of the letters may be made anew, and begin with the same numbers.
    occasion: `${letter.sequence}.${message.storedAt}`,
    original: { subject: letter.subject, data: message.data, headers: message.headers },
  }
}

const outcomeOf = (verdict: Judged['verdict']): LetterOutcome => (runsBy(verdict) ? 'retried' : verdict)

const inPage = (
  page: readonly KeptLetter[],
  outcomes: ReadonlyMap<KeptLetter, LetterOutcome>,
): LetterResult[] =>
  page.map((kept) => ({
    letter: kept.letter,
    outcome: outcomes.get(kept) ?? (isWhole(kept) ? 'origin-unknown' : 'not-whole'),
  }))
