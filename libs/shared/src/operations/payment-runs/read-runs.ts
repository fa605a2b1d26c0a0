import { normalise, type LocalDay, type LocalTime } from '../../clock/index.js'
import { pounds } from '../../database/index.js'
import type { FileRow, KindTotal, LeftOut, PaidRuns, RunRow } from './paid-runs.repository.js'

export interface PaidOfKind {
  readonly payments: number
  /** With two decimals. */
  readonly pounds: string
}

/** A payment run with all that was written down of it, and no bank data. */
export interface PaymentRunDay extends RunRow {
  readonly totals: Readonly<Record<'claims' | 'topUps' | 'all', PaidOfKind>>
  readonly files: readonly FileRow[]
  readonly leftOut: readonly LeftOut[]
}

/** The runs of a day, as they stand. */
export const readRuns = async (paid: PaidRuns, date: LocalDay): Promise<PaymentRunDay[]> =>
  Promise.all((await paid.runsOf(date)).map((run) => readRun(paid, run)))

async function readRun(paid: PaidRuns, run: RunRow): Promise<PaymentRunDay> {
  const totals = await paid.totals(run.runId)
  const files = await paid.files(run.stamp)
  return {
    ...withTimes(run),
    totals: {
      claims: together(totals.filter(({ kind }) => kind === 'claim')),
      topUps: together(totals.filter(({ kind }) => kind === 'top-up')),
      all: together(totals),
    },
    files: files.map((file) => ({ ...file, created: normalise(file.created) })),
    leftOut: await paid.leftOut(run.runId),
  }
}

const withTimes = (run: RunRow): RunRow => ({
  ...run,
  started: normalise(run.started),
  reserved: normaliseAny(run.reserved),
  filesWritten: normaliseAny(run.filesWritten),
  settled: normaliseAny(run.settled),
})

const normaliseAny = (time: LocalTime | null) => (time === null ? null : normalise(time))

const together = (totals: readonly KindTotal[]): PaidOfKind => ({
  payments: totals.reduce((sum, each) => sum + each.payments, 0),
  pounds: pounds(totals.reduce((sum, { pence }) => sum + pence, 0)).toFixed(2),
})
