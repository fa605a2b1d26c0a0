import { Clock, normalise, type LocalDay, type LocalTime } from '#shared/clock'
import { manifestPath, manifestPrefix, paymentFileOf } from '#shared/contracts'
import { DatabaseConnection, pounds } from '#shared/database'
import { DocumentStoreError, openDocumentStore, type DocumentStore } from '#shared/documents'
import { storedPaymentFiles } from '#shared/payments'
import { ENVIRONMENT } from '#shared/service'
import { OpsFailure, type OpsContext, type Run } from '../command.js'
import { acknowledgeFiles } from '../payments/acknowledge-files.js'
import { PaidRepository, type KindTotal, type RunRow } from '../payments/paid.repository.js'
import { paymentRunLines, type PaidOfKind, type PaymentRunDay } from '../payments/payment-run.text.js'
import { paymentsArguments, type PaymentsArguments } from '../payments/payments.arguments.js'
import { readStoredRun, recoverRun } from '../payments/recover-run.js'
import { recoveredLines, unknownLines } from '../payments/recovery.text.js'

type Given<Action extends PaymentsArguments['action']> = Extract<PaymentsArguments, { action: Action }>

/**
 * Prints a day's payment runs: state, what they pay, their files and what was left out. After a restore of the
 * database: what the document store has and the database does not, and its recovery. No bank data is printed.
 */
export const payments: Run = async (args, context) => {
  const given = paymentsArguments(args)
  if (given.action === 'show') await show(given, context)
  else if (given.action === 'unknown') await unknown(given, context)
  else if (given.action === 'recover') await recover(given, context)
  else await acknowledge(given, context)
}

function show({ date, json }: Given<'show'>, { looking, print }: OpsContext): Promise<void> {
  return looking(async (parts) => {
    const days = await read(new PaidRepository(parts.get(DatabaseConnection)), date)
    if (!days.length) throw new OpsFailure(`no payment run is known for ${date}`)
    for (const [place, day] of days.entries()) {
      if (json) print(JSON.stringify(day))
      else [...(place ? [''] : []), ...paymentRunLines(day)].forEach(print)
    }
  })
}

const unknown = ({ json }: Given<'unknown'>, context: OpsContext): Promise<void> =>
  withStore(context, async ({ store, connection }) => {
    const { unknown: names } = await storedPaymentFiles(store, connection)
    const manifests = new Set(await store.list(manifestPrefix))
    const files = names.map((name) => ({
      name,
      manifest: manifests.has(manifestPath(paymentFileOf(name)?.stamp ?? '')),
    }))
    if (json) context.print(JSON.stringify({ files }))
    else unknownLines(files).forEach(context.print)
  })

const recover = ({ stamp, dryRun, json }: Given<'recover'>, context: OpsContext): Promise<void> =>
  withStore(context, async ({ store, connection, now }) => {
    const run = await readStoredRun(store, stamp)
    const { manifest, ...result } = await recoverRun(connection, run, { now, dryRun })
    const { claims, topUps, totalPence } = manifest
    if (json) context.print(JSON.stringify({ dryRun, ...result, paid: { claims, topUps, totalPence } }))
    else recoveredLines({ manifest, ...result }, dryRun).forEach(context.print)
  })

const acknowledge = ({ file, dryRun, json }: Given<'acknowledge'>, context: OpsContext): Promise<void> =>
  withStore(context, async ({ store, connection, now }) => {
    const found = await storedPaymentFiles(store, connection)
    const files = await acknowledgeFiles(connection, { unknown: found.unknown, file }, { now, dryRun })
    if (json) context.print(JSON.stringify({ dryRun, files }))
    else
      files.forEach((name) => context.print(`${dryRun ? 'would be' : 'now'} known, and pays nobody: ${name}`))
  })

interface WithStore {
  readonly store: DocumentStore
  readonly connection: DatabaseConnection
  readonly now: LocalTime
}

/** @throws OpsFailure if the document store cannot be asked */
function withStore({ looking }: OpsContext, use: (parts: WithStore) => Promise<void>): Promise<void> {
  return looking(async (parts) => {
    const store = openDocumentStore(parts.get(ENVIRONMENT))
    try {
      await use({ store, connection: parts.get(DatabaseConnection), now: parts.get(Clock).now() })
    } catch (error) {
      if (error instanceof DocumentStoreError) throw new OpsFailure(`the document store: ${error.reason}`)
      throw error
    }
  })
}

const read = async (paid: PaidRepository, date: LocalDay): Promise<PaymentRunDay[]> =>
  Promise.all((await paid.runsOf(date)).map((run) => readRun(paid, run)))

async function readRun(paid: PaidRepository, run: RunRow): Promise<PaymentRunDay> {
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
