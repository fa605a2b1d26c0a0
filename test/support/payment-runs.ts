import { scheduleMessageId, subjects } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import type { S3Simulator } from '../../testing/simulators/s3.simulator.js'
import { BareClient } from './bare-client.js'
import { actualTables, type Example } from './examples.js'
import type { Row } from './row-sets.js'
import { readRows, type Rows } from './rows.js'

/** The event as the scheduler's, but for what would let the stream see that it has it already. */
export async function firePayments(natsUrl: string, ...days: string[]): Promise<void> {
  const client = await BareClient.connect(natsUrl)
  const subject = subjects.schedulePaymentRun
  await Promise.all(
    days.map((date) => client.publish(subject, { date }, { 'ce-id': scheduleMessageId(subject, date) })),
  )
  await client.close()
}

export async function paymentRuns(connection: DatabaseConnection): Promise<Row[]> {
  return (await readRows(connection, ['AsyncSchema.PaymentRun']))['AsyncSchema.PaymentRun'] ?? []
}

/** The job of paying claims: its state, and why it failed last. */
export async function paymentJobs(connection: DatabaseConnection): Promise<Row[]> {
  const jobs = (await readRows(connection, ['AsyncSchema.JobRun']))['AsyncSchema.JobRun'] ?? []
  return jobs.filter(({ Consumer }) => Consumer === 'pay-claims')
}

/** What lies beside the payments' files, and is no file of theirs. */
export const isBesideThem = (name: string): boolean => name.includes('/payment-runs/')

/**
 * The files in the bucket, by name: their text, a character for every byte; a workbook in Base64. Not the manifests:
 * nobody but an operator's command reads them.
 */
export const storedFiles = (s3: S3Simulator): Record<string, string> =>
  Object.fromEntries(
    [...s3.objects]
      .filter(([name]) => !isBesideThem(name))
      .map(([name, { body }]) => [
        name.replace(/^.*\//, ''),
        body.toString(name.endsWith('.xlsm') ? 'base64' : 'latin1'),
      ]),
  )

/** The amounts of a bank file, in pence. */
export const amountsIn = (file: string): number[] =>
  [...file.matchAll(/,(\d{8})\.(\d\d),/g)].map(([, pounds, pence]) => Number(`${pounds}${pence}`))

/** All that one run leaves, with what differs by the second put aside: times, and its stamp in the names of files. */
export async function leftBy(
  { connection, s3 }: { readonly connection: DatabaseConnection; readonly s3: S3Simulator },
  clock: string,
  given: Rows,
) {
  const [run = {}, ...others] = await paymentRuns(connection)
  const named = (path: unknown) => String(path).replace(String(run.Stamp), 'STAMP')
  const tables = await readRows(connection)
  const payments = (await readRows(connection, ['AsyncSchema.Payment']))['AsyncSchema.Payment'] ?? []
  return {
    files: Object.fromEntries(Object.entries(storedFiles(s3)).map(([name, bytes]) => [named(name), bytes])),
    filesInTheTables: tables['IntSchema.DirectPaymentFile']?.map(({ Filepath }) => named(Filepath)).sort(),
    runs: [run, ...others].map(({ Stamp: _, ...rest }) => withoutTimes(rest)),
    payments: payments.map(({ PaymentId: _, ...payment }) => payment).sort(byItem),
    tables: actualTables({ clock, given } as Example, tables),
  }
}

const withoutTimes = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !/^Date/.test(name)))

const byItem = (a: Row, b: Row): number =>
  String(a.Kind).localeCompare(String(b.Kind)) || Number(a.ItemId) - Number(b.ItemId)
