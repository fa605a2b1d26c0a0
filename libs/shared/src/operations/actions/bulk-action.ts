import { OperationFailed } from '../operation-failed.js'
import type { ActionParts } from './action-parts.js'
import type { AboutAction, Action, Doing } from './action.js'

/** An action that is done page by page: where one fails, those before it are done, and are written down as such. */
export interface BulkAction<Input, Result extends object> extends AboutAction<Input, Result> {
  /**
   * Does it, or says what would come of it; gives after each page what has come of all so far. Doing it again changes
   * nothing more.
   * @throws OperationFailed with a line for the operator where it cannot be done
   */
  readonly pages: (input: Input, parts: ActionParts, doing: Doing) => AsyncIterable<Result>
  /** How it is seen that nothing is meant by what was asked for, and what is said then; absent where something always is. */
  readonly nothing?: { readonly is: (soFar: Result) => boolean; readonly says: string }
}

/** A bulk action as one of the list. */
export const bulkAction = <Input, Result extends object>({
  pages,
  nothing,
  ...about
}: BulkAction<Input, Result>): Action<Input, Result> => ({
  ...about,
  async run(input, parts, doing) {
    let last: Result | undefined
    for await (const soFar of pages(input, parts, doing)) {
      if (nothing?.is(soFar)) continue
      last = soFar
      doing.soFar?.(soFar)
    }
    if (!last) throw new OperationFailed(nothing?.says ?? 'there was nothing to be done')
    return last
  },
})
