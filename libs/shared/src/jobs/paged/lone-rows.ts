import { classifyError } from '../../messaging/index.js'
import type { JobProgress } from './job-runs.repository.js'
import { pageSize } from './job-stage.js'
import { OwnError } from '../../logging/index.js'

/** What was to be done to some rows in a transaction failed: one of them may be to blame, or all. */
export class RowsFailed extends OwnError {
  override readonly name = 'RowsFailed'

  constructor(
    readonly rows: readonly unknown[],
    override readonly cause: unknown,
  ) {
    super('rows failed')
  }
}

/** The rows of a page that failed, while they are dealt with one by one. */
export class LoneRows {
  private upTo: { readonly stage: number; readonly key: number } | undefined
  private failedInRow = 0

  /** From here up to a key each row is a page of its own. */
  begin({ stage }: JobProgress, lastKey: number): void {
    this.upTo = { stage, key: lastKey }
  }

  isAmong({ stage, lastKey }: JobProgress): boolean {
    return this.upTo?.stage === stage && lastKey < this.upTo.key
  }

  succeeded(): void {
    this.failedInRow = 0
  }

  /** @throws the row's error where as many as a page failed one after the other: then it is none of their doing */
  failed({ cause }: RowsFailed): void {
    this.failedInRow += 1
    if (this.failedInRow >= pageSize) throw cause
  }
}

/** A short code for what a row failed with. */
export function reasonOf(error: unknown): string {
  const outcome = classifyError(error)
  return outcome.kind === 'done' ? 'unexpected-error' : outcome.reason
}
