import { paymentFileOf } from '#shared/contracts'
import { pounds } from '#shared/database'
import type { NotMarked, ResultOf } from '#shared/operations'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

const whyWords: Readonly<Record<NotMarked['why'], string>> = {
  'not-there': 'is not in the database: no run will pay it; recover once more when it is',
  'number-of-another': 'its number is that of another claim now',
  'submitted-since':
    'was submitted after the payment: no run will pay it; if it is another visit, ops payments release',
  'paid-already': 'is marked as paid already: it may have been paid twice',
  'not-pending': 'is neither open nor paid',
}

/** What was done about a lost run, or would be. */
export function recoveredLines(run: ResultOf<'recover-payment-run'>, dryRun: boolean): string[] {
  const { claims, topUps, totalPence } = run.paid
  const paid = `${claims} claims and ${topUps} top-ups, ${pounds(totalPence).toFixed(2)} pounds`
  if (run.wasKnown) return [`${run.runId} (${run.stamp}) is known and settled: ${paid}; nothing to do`]
  return [
    `${run.runId} (${run.stamp}) has paid ${paid}`,
    `${dryRun ? 'would be' : 'now'} marked as paid: ${run.marked.claims} claims, ${run.marked.topUps} top-ups`,
    ...run.files.map((path) => `${dryRun ? 'would be' : 'now'} known: ${path}`),
    ...run.missing.map((path) => `not in the store: ${path}`),
    ...notMarkedLines(run.notMarked),
  ]
}

const notMarkedLines = (items: readonly NotMarked[]): string[] =>
  items.length
    ? [
        '',
        ...tableLines(
          ['NOT MARKED', 'ID', 'CLAIM', 'REFERENCE', 'POUNDS', 'PAID', 'WHY'],
          items.map(({ kind, id, claimId, reference, pence, paid, why }) => [
            ...[
              kind,
              id,
              claimId,
              reference,
              pounds(pence).toFixed(2),
              paid && toSeconds(paid),
              whyWords[why],
            ],
          ]),
        ),
      ]
    : []

/** The files that the database does not know, by the run they are of. */
export function unknownLines(
  files: readonly { readonly name: string; readonly manifest: boolean }[],
): string[] {
  if (!files.length) return ['the database knows every payment file in the store']
  return tableLines(
    ['STAMP', 'FILE', 'WHAT IT PAYS'],
    files.map(({ name, manifest }) => [
      ...[paymentFileOf(name)?.stamp, name, manifest ? 'is known: recover' : 'nobody knows: no manifest'],
    ]),
  )
}
