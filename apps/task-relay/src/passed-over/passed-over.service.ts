import { Injectable } from '@nestjs/common'
import { Log } from '#shared/logging'
import { counted, reasons } from '#shared/telemetry'

/** A row that could not be dealt with and was left for later. */
export interface PassedOverRow {
  readonly table: 'ExtSchema.Task' | 'IntSchema.Task' | 'AsyncSchema.Outbox' | 'AsyncSchema.Flow'
  readonly id: number | string
  /** A short code. */
  readonly reason: string
  /** What large work it is, where it is that. */
  readonly flow?: string
}

/** A row is named again when so many milliseconds have passed. */
const namedAgainMs = 3_600_000
/** More of one table and reason at once are a number: it is not the rows then. */
const mostAtOnce = 20
const mostRemembered = 10_000

/** Says which rows are in nobody's way any more, and not done either: each once, and then once an hour. */
@Injectable()
export class PassedOver {
  private readonly named = new Map<string, number>()

  constructor(private readonly log: Log) {}

  report(rows: readonly PassedOverRow[]): void {
    const kinds = new Map<string, PassedOverRow[]>()
    for (const row of rows) {
      counted().rowsPassedOver.inc({ table: row.table, reason: reasons.of(row.reason) })
      if (this.isNews(row)) kinds.set(kindOf(row), [...(kinds.get(kindOf(row)) ?? []), row])
    }
    for (const news of kinds.values()) this.name(news)
  }

  private name(rows: readonly PassedOverRow[]): void {
    for (const { table, id, ...why } of rows.slice(0, mostAtOnce))
      this.log.warn('row passed over: it cannot be dealt with, and is tried again later', {
        row: `${table}.${id}`,
        ...why,
      })
    const [more] = rows.slice(mostAtOnce)
    if (more) this.log.warn('more rows passed over', { reason: more.reason, count: rows.length - mostAtOnce })
  }

  private isNews(row: PassedOverRow): boolean {
    const key = `${kindOf(row)} ${row.id}`
    const now = performance.now()
    if ((this.named.get(key) ?? 0) > now) return false
    if (this.named.size >= mostRemembered) this.named.clear()
    this.named.set(key, now + namedAgainMs)
    return true
  }
}

const kindOf = ({ table, reason }: PassedOverRow): string => `${table} ${reason}`
