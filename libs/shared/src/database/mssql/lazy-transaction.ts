import type { CompiledQuery } from 'kysely'
import { isList, type ListedQuery, type ListResult, type StatementList } from '../statement-list.js'
import { batchBefore, changedNothing, fitTogether, together, wholeTransaction } from './batches.js'
import { SqlServerError } from './sql-server-errors.js'

/** What a transaction is made of on the wire: a round trip each. */
export interface Wire {
  begin(): Promise<void>
  /** Within the transaction that was begun. */
  send<R>(list: StatementList): Promise<ListResult<R>>
  commit(): Promise<void>
  rollback(): Promise<void>
  /** Begins a transaction, runs the statements in it and commits it. */
  sendWhole<R>(list: StatementList): Promise<ListResult<R>>
}

const nothing = { rows: [], answers: [], numAffectedRows: 0n }

/**
 * A transaction that sends as little as it can: what nobody waits for is kept, and goes with the next question, or with
 * the commit. One in which nobody asks anything is one round trip, or none. Why: ADR 35.
 */
export class LazyTransaction {
  private kept: ListedQuery[] = []
  private begun = false

  constructor(private readonly wire: Wire) {}

  async executeQuery<R>(query: CompiledQuery): Promise<ListResult<R>> {
    const statements = isList(query) ? query.statements : [query]
    if (!isList(query) || !query.unanswered) return this.ask<R>(statements)
    this.kept.push(...statements)
    return nothing
  }

  async commit(): Promise<void> {
    const kept = this.taken()
    if (!this.begun && !kept.length) return
    if (!this.begun && fitTogether(kept)) {
      await this.sent(kept, () => this.wire.sendWhole(wholeTransaction(kept)))
      return
    }
    await this.begin()
    await this.sendAll(kept)
    await this.wire.commit()
  }

  async rollback(): Promise<void> {
    this.taken()
    if (this.begun) await this.wire.rollback()
  }

  private async ask<R>(asked: readonly ListedQuery[]): Promise<ListResult<R>> {
    const kept = this.taken()
    await this.begin()
    if (fitTogether([...kept, ...asked])) return this.sendBefore<R>(kept, asked)
    await this.sendAll(kept)
    return this.sendBefore<R>([], asked)
  }

  private async begin(): Promise<void> {
    if (this.begun) return
    await this.wire.begin()
    this.begun = true
  }

  private async sendAll(statements: readonly ListedQuery[]): Promise<void> {
    for (const list of together(statements)) await this.sent(list.statements, () => this.wire.send(list))
  }

  private async sendBefore<R>(
    before: readonly ListedQuery[],
    asked: readonly ListedQuery[],
  ): Promise<ListResult<R>> {
    const all = [...before, ...asked]
    const result = await this.sent(all, () => this.wire.send<R>(batchBefore(before, asked)))
    const answers = result.answers.slice(before.filter(({ answered }) => answered).length)
    return { ...result, rows: answers[0] ?? [], answers }
  }

  /** Tells those who wanted to know what came of their statements. */
  private async sent<R>(
    statements: readonly ListedQuery[],
    send: () => Promise<ListResult<R>>,
  ): Promise<ListResult<R>> {
    try {
      const result = await send()
      const waiting = statements.filter(({ answered }) => answered)
      waiting.forEach(({ answered }, index) => answered?.(result.answers[index] ?? []))
      return result
    } catch (error) {
      throw refusalAmong(statements, error) ?? error
    }
  }

  private taken(): readonly ListedQuery[] {
    const { kept } = this
    this.kept = []
    return kept
  }
}

/** What a statement has to say that must change something, and changed nothing. */
function refusalAmong(statements: readonly ListedQuery[], error: unknown): Error | undefined {
  if (!(error instanceof SqlServerError) || error.number === undefined) return undefined
  return statements[error.number - changedNothing]?.orElse?.()
}
