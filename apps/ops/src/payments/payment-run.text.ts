import { tableLines } from '../table.js'
import { timeOn, toSeconds } from '../times.js'
import type { FileRow, LeftOut, RunRow } from './paid.repository.js'

export interface PaidOfKind {
  readonly payments: number
  /** With two decimals. */
  readonly pounds: string
}

/** A payment run as the command gives it. */
export interface PaymentRunDay extends RunRow {
  readonly totals: Readonly<Record<'claims' | 'topUps' | 'all', PaidOfKind>>
  readonly files: readonly FileRow[]
  readonly leftOut: readonly LeftOut[]
}

/** The run for people: its state and times, what it pays, its files, and who needs attention. */
export function paymentRunLines(run: PaymentRunDay): string[] {
  const on = (time: string | null) => time && timeOn(run.date, toSeconds(time))
  const reason = run.reason === null ? '' : `, last reason ${run.reason}`
  const { claims, topUps, all } = run.totals
  const totals = Object.entries({ claims, 'top-ups': topUps, together: all })
  return [
    `${run.runId}: ${run.state}${reason}, stamp ${run.stamp}`,
    '',
    ...tableLines(
      ['STARTED', 'RESERVED', 'FILES WRITTEN', 'SETTLED'],
      [[on(run.started), on(run.reserved), on(run.filesWritten), on(run.settled)]],
    ),
    '',
    ...tableLines(
      ['PAYS', 'PAYMENTS', 'POUNDS'],
      totals.map(([kind, { payments, pounds }]) => [kind, payments, pounds.padStart(widthOf(all))]),
    ),
    '',
    ...tableLines(
      ['FILE', 'TYPE', 'NAME', 'CREATED', 'STATE'],
      run.files.map((file) => [
        ...[file.paymentFileId, file.type, file.path, on(file.created)],
        file.enabled ? 'stored' : 'cleaned up',
      ]),
    ),
    '',
    ...tableLines(
      ['LEFT OUT', 'ID', 'CLAIM', 'REFERENCE', 'WHY'],
      run.leftOut.map(({ kind, itemId, claimId, reference, reason: why }) => [
        ...[kind, itemId, claimId, reference, why],
      ]),
    ),
  ]
}

const widthOf = ({ pounds }: PaidOfKind): number => Math.max('POUNDS'.length, pounds.length)
