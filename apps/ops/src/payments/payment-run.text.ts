import { paidByALostRun } from '#shared/contracts'
import type { PaidOfKind, PaymentRunDay } from '#shared/operations'
import { tableLines } from '../table.js'
import { timeOn, toSeconds } from '../times.js'

/** The run for people: its state and times, what it pays, its files, and who needs attention. */
export function paymentRunLines(run: PaymentRunDay): string[] {
  const on = (time: string | null) => time && timeOn(run.date, toSeconds(time))
  const reason = run.reason === null ? '' : `, last reason ${run.reason}`
  const words = run.reason === null ? undefined : reasonWords[run.reason]
  const { claims, topUps, all } = run.totals
  const totals = Object.entries({ claims, 'top-ups': topUps, together: all })
  return [
    `${run.runId}: ${run.state}${reason}, stamp ${run.stamp}`,
    ...(words === undefined ? [] : [words]),
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
    ...(run.leftOut.some(({ reason: why }) => why === paidByALostRun) ? ['', ...lostRunLines] : []),
  ]
}

const lostRunLines = [
  `${paidByALostRun}: a run that was recovered has paid it. ops payments recover <stamp of that run> marks it as paid;`,
  'where finance says that it is something else with the same number, ops payments release <stamp> <claim|top-up> <id>',
]

const widthOf = ({ pounds }: PaidOfKind): number => Math.max('POUNDS'.length, pounds.length)

/** What stops a run before its sums are known, for people. */
const reasonWords: Readonly<Record<string, string>> = {
  'payment-files-unknown':
    'the store has payment files of runs that the database does not know: ops payments unknown; nobody is paid until each is recovered or acknowledged',
  'payment-file-differs':
    'a file of this run is stored already, and is not the one it would make: who was paid is in doubt; nobody is paid until that is settled',
  'another-run-in-doubt':
    'another run has stopped because a stored file of it differs: look at that one first',
  'template-not-a-workbook': 'the journal template is no workbook (APVS_ADI_TEMPLATE_PATH)',
  'template-sheet-missing': 'the journal template has no sheet of the name in APVS_ADI_JOURNAL_SHEET',
  'template-part-malformed':
    'a part of the journal template is missing or malformed: the log of payment-run says which',
  'template-cell-in-foreign-range':
    'a cell to fill lies in a range of the journal template that belongs to something else: the log of payment-run says which',
  'template-formula-shared':
    'a cell to fill holds a formula that other cells of the journal template share: the log of payment-run says more',
  'template-figure-lost': 'what is put into the cells of the journal template cannot be read back',
}
