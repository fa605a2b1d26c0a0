import type { z } from 'zod'
import type { ActionParts } from './action-parts.js'

/** Who may do it. `finance` is no higher than `operator`: each has what is its own. */
export type ActionRole = 'operator' | 'finance'

/** How an action is carried out. */
export interface Doing {
  /** Only say what would come of it; change nothing. */
  readonly dryRun: boolean
  /** Who asks; nobody while it is only looked at. */
  readonly person?: string
  /** Why, in the words of whoever asks. */
  readonly reason?: string
  /** Told now and then of work that takes long. */
  readonly onProgress?: (soFar: Readonly<Record<string, number>>) => void
  /** Told its result so far, by what is done page by page (`bulkAction`): it is written down also where the rest fails. */
  readonly soFar?: (result: object) => void
}

/** What is said of an action, however it is done. */
export interface AboutAction<Input, Result extends object> {
  /** What it is, in three words. */
  readonly title: string
  readonly role: ActionRole
  /** It hands over what no answer of an action can hold: a page of the console has it, and neither a form nor the API. */
  readonly ownPage?: true
  /** It is not done without a reason. */
  readonly needsReason?: true
  readonly input: z.ZodType<Input>
  /**
   * The same without what comes later: what somebody was shown, and says yes to, is what is done. Only of what is about
   * whatever fits a filter.
   */
  bounded?(input: Input, parts: ActionParts): Promise<Input>
  /** What it is about: ids, names and codes, and nobody's data. */
  target(input: Input): string
  /** What came of it in one line. */
  words(result: Result, input: Input): string
}

/**
 * Something an operator can change, as one value: the command line, the console and its API all offer what the list of
 * actions has, and `Actions` alone carries it out, which writes it down first. What is done page by page is a `bulkAction`.
 */
export interface Action<Input = unknown, Result extends object = object> extends AboutAction<Input, Result> {
  /**
   * Does it, or says what would come of it. Doing it again changes nothing more.
   * @throws OperationFailed with a line for the operator where it cannot be done
   */
  run(input: Input, parts: ActionParts, doing: Doing): Promise<Result>
}

/** An action with its types kept. */
export const action = <Input, Result extends object>(given: Action<Input, Result>): Action<Input, Result> =>
  given
