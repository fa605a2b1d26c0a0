import { parseArgs } from 'node:util'
import { normalise, type LocalDay, type LocalTime } from '#shared/clock'
import { DatabaseConnection, pounds } from '#shared/database'
import { dayGiven } from '../arguments.js'
import { OpsFailure, UsageError, type Command } from '../command.js'
import { PaidRepository, type KindTotal, type RunRow } from '../payments/paid.repository.js'
import { paymentRunLines, type PaidOfKind, type PaymentRunDay } from '../payments/payment-run.text.js'

/** Prints a day's payment run: its state, what it pays, its files and what was left out. No bank data is read. */
export const payments: Command = {
  usage: '<YYYY-MM-DD> [--json]',
  summary: 'the payment run of a date: state, totals, files, and what was left out and why',

  async run(args, { looking, print }) {
    const { date, json } = parse(args)
    await looking(async (parts) => {
      const day = await read(new PaidRepository(parts.get(DatabaseConnection)), date)
      if (!day) throw new OpsFailure(`no payment run is known for ${date}`)
      if (json) print(JSON.stringify(day))
      else paymentRunLines(day).forEach(print)
    })
  },
}

function parse(args: readonly string[]): { date: LocalDay; json: boolean } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [first, ...others] = positionals
  const date = dayGiven(first)
  if (date === undefined) throw new UsageError('of which date?')
  if (others.length) throw new UsageError('one date at a time')
  return { date, json: values.json }
}

async function read(paid: PaidRepository, date: LocalDay): Promise<PaymentRunDay | undefined> {
  const run = await paid.runOf(date)
  if (!run) return undefined
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
