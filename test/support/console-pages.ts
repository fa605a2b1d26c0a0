import { toLondon, type Clock } from '#shared/clock'
import { insertRows } from './rows.js'
import type { System } from './system.js'

/** A working day before a moment, as the London clock writes it. */
const at = (clock: Clock, minutesAgo: number): string =>
  toLondon(new Date(clock.instant().getTime() - minutesAgo * 60_000))

const references = ['K0007RW', 'K0011RW', 'K0042RW'] as const

/** What days before have left: payment runs, jobs, actions and closed tasks, so that no page is empty. */
export async function leaveTraces({ connection, clock }: System): Promise<void> {
  const [today, time] = [at(clock, 0).slice(0, 10), at(clock, 90)]
  const stamp = `${today.replaceAll('-', '')}000500`
  const runId = `payment-run.${today}`
  const ofPayment = { RunId: runId, Kind: 'claim', State: 'SETTLED' }
  const paid = references.map((Reference, n) => ({
    ...{
      ...ofPayment,
      PaymentId: n + 1,
      ItemId: 70 + n,
      ClaimId: 70 + n,
      Reference,
      Amount: 2_340 + n * 717,
    },
    ...(n === 2 ? { State: 'LEFT-OUT', Reason: 'sort-code-missing' } : {}),
  }))
  const ofFile = { DateCreated: time, IsEnabled: true }
  await insertRows(connection, {
    'AsyncSchema.PaymentRun': [
      {
        ...{ RunId: runId, RunDate: today, Stamp: stamp, State: 'SETTLED', Stage: 0, LastKey: 0 },
        ...{ ClaimsPaid: 2, TopUpsPaid: 0, TotalPence: 5_397, LeftOut: 1 },
        ...{ DateStarted: time, DateReserved: time, DateFilesWritten: time, DateSettled: at(clock, 89) },
      },
    ],
    'AsyncSchema.Payment': paid,
    'IntSchema.DirectPaymentFile': [
      { PaymentFileId: 1, FileType: 'ACCESSPAY_FILE', Filepath: `apvs-payments-${stamp}.txt`, ...ofFile },
      { PaymentFileId: 2, FileType: 'ADI_JOURNAL_FILE', Filepath: `adi-journal-${stamp}.xlsm`, ...ofFile },
    ],
    'AsyncSchema.ScheduleRun': ['auto-approval', 'daily', 'payment-run'].map((Job, n) => ({
      ...{ Job, RunDate: today, DateDue: at(clock, 300 - n * 60), DateFired: at(clock, 300 - n * 60) },
    })),
    'AsyncSchema.JobRun': jobRuns.map(([Consumer, State, minutesAgo, reason], n) => ({
      ...{ Consumer, MessageId: `schedule.${n}.${today}`, RunDate: today, Stage: 0, LastKey: 0 },
      ...{ RowsChanged: n * 37, State, LastReason: reason ?? null, DateStarted: at(clock, minutesAgo) },
      ...{ DateLastHeard: at(clock, minutesAgo - 25), DateEnded: at(clock, minutesAgo - 25) },
    })),
    'AsyncSchema.ProvisioningTarget': [
      {
        ...{ TargetId: 1, Name: 'gias', WsdlUrl: 'https://gias.example.com/provisioning/service?wsdl' },
        ...{ Format: 'default', Kinds: 'user,role,organisation', Credentials: 'gias', IsAddressed: true },
        ...{ State: 'HELD', Reason: 'target-http-503', FailedInARow: 20, ProbeMessageId: null, Fills: 1 },
        ...{ DateCreated: time, DateChanged: time, DateHeld: time },
      },
    ],
    'AsyncSchema.ProvisioningEntry': [null, 'target-fault-validation', 'target-http-503'].map(
      (Reason, n) => ({
        ...{ EntryId: n + 1, TargetId: 1, SubjectId: n + 1, Part: '', Wanted: '{}', IsAbsent: false, Reason },
        ...{ WantedVersion: 1, ConfirmedVersion: n ? 0 : 1, AtTarget: 'YES', Messages: 1, DateChanged: time },
      }),
    ),
    'IntSchema.Task': references.map((Reference, n) => ({
      ...{ TaskId: 900 + n, Task: 'DWP-CHECK', Reference, EligibilityId: 70 + n, ClaimId: 70 + n },
      ...{ Status: 'FAILED', DateCreated: time, DateProcessed: time },
    })),
    'AsyncSchema.TaskClosed': [
      {
        ...{ TaskSchema: 'IntSchema', ClosedId: 902, Person: 'ada-operator', DateClosed: at(clock, 10) },
        Reason: 'the claimant was told by telephone',
      },
    ],
  })
}

const jobRuns: readonly (readonly [consumer: string, state: string, minutesAgo: number, reason?: string])[] =
  [
    ['approve-waiting-claims', 'DONE', 300],
    ['remind-of-evidence', 'DONE', 240],
    ['mark-overpayments', 'FAILED', 210, 'rows-left'],
    ['pay-claims', 'DONE', 180],
  ]
