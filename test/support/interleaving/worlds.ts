import type { Transaction } from 'kysely'
import type { Database } from '#shared/database'
import { manifestOf } from '#shared/payments'
import { archivableId, archivableRows, eligibilityRows } from '../cases/archive.cases.js'
import { begun } from '../cases/clean-up.cases.js'
import { checkableClaim, claimIds, ofClaim, pendingTask, repeatClaim, rowId } from '../claim-rows.js'
import { silentClaim, unansweredClaim, unprovenClaim } from '../daily-claims.js'
import { accountOf, payableRows, topUpId } from '../payment-rows.js'
import { edit, merge, remove, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { claimOf, inTheEvening, twin } from './deeds.js'
import { approves, approvesWaiting, checksBenefit, completes, takesInAnswer } from './deeds-of-claims.js'
import { archives, job, queuesOldClaims } from './deeds-of-days.js'
import {
  advances,
  begins,
  cancels,
  comesToItsEnd,
  flowAt,
  flowRow,
  itemRow,
  operatorChanges,
  queues,
  stepRow,
} from './deeds-of-flows.js'
import {
  closesTasks,
  firesJob,
  finishes,
  followsUp,
  givesUp,
  messageOf,
  noteFailure,
  outboxRow,
  prunes,
  raisesTicket,
  readdresses,
  relays,
  remindsByEmail,
  reopens,
  republishes,
  retriesRows,
  runOf,
} from './deeds-of-messages.js'
import {
  allIsLookedUp,
  hears,
  looksUp,
  notificationRow,
  runsAgain,
  sendsAnew,
} from './deeds-of-notifications.js'
import { recovers, releases, reserves, settles, triesAgain, writes } from './deeds-of-payments.js'
import { caseworker, changes, claimantAnswers, setsPending } from './deeds-of-people.js'
import {
  addsTarget,
  allIsTold,
  entryRow,
  fills,
  movesTarget,
  operator as hasTarget,
  owedRow,
  owesAgain,
  prunesGone,
  removesTarget,
  roleOwed,
  says,
  subjectRow,
  targetRow,
  tells,
  tellsAmid,
} from './deeds-of-provisioning.js'
import { readsPrisons, registerTakenIn, takesOver } from './deeds-of-prisons.js'
import {
  allIsSent,
  changesEndpoint,
  endpointWithDue,
  otherAddress,
  queuesEvents,
  retriesFrom,
  sends,
  sendsAmid,
  sendsTest,
} from './deeds-of-webhooks.js'
import type { Deed, Rest } from './playground.js'

/** What there is, and what may be done to it at the same time: each by each, and each by itself once more. */
export interface World {
  readonly name: string
  readonly rows: Rows
  readonly deeds: readonly Deed[]
  readonly rest?: Rest
}

const claim = claimOf(claimIds(1))
const other = claimOf(claimIds(2))

const newClaim: World = {
  name: 'a new claim',
  rows: merge(checkableClaim(1), {
    'IntSchema.AutoApproval': [
      {
        ...{ AutoApprovalId: 1, ClaimId: claim.claimId, Reference: claim.reference },
        ...{ EligibilityId: claim.eligibilityId, EmailAddress: 'visitor@example.org' },
        DateAdded: '2024-03-12 18:00:00',
      },
    ],
  }),
  deeds: [
    approves(claim, 'approval.1'),
    approvesWaiting,
    caseworker('approves', claim),
    caseworker('rejects', claim),
  ],
}

const eveningClaim: World = {
  name: 'a new claim in the evening',
  rows: checkableClaim(1),
  deeds: [
    inTheEvening(approves(claim, 'approval.1')),
    twin(inTheEvening(approves(claim, 'approval.2'))),
    caseworker('rejects', claim),
  ],
}

const ofBenefit = (n: number): Rows =>
  edit(checkableClaim(n), { 'IntSchema.Visitor': set({ Benefit: 'income-support' }) })
const checkOf = (id: string) => ({ id, consumer: 'check-benefit' })

const uncheckedBenefits: World = {
  name: 'two claims whose benefits are to be checked',
  rows: merge(ofBenefit(1), ofBenefit(2)),
  deeds: [
    checksBenefit(claim, checkOf('check.1'), 'NO'),
    twin(checksBenefit(claim, checkOf('check.again'), 'NO')),
    twin(checksBenefit(other, checkOf('check.2'), 'NO')),
    twin(approves(claim, 'approval.1')),
    caseworker('rejects', claim),
  ],
}

const answerTask = pendingTask(1, 'REQUEST-INFORMATION-RESPONSE', {
  Status: 'IN-PROGRESS',
  AdditionalData: 'hello',
})
const answerRun = runOf('ExtSchema', answerTask)
const answer = messageOf(answerRun, 'take-in-response')
const evidence = (columns: Row): Row => ({
  ...{ ...ofClaim(1), ClaimDocumentId: rowId.document(1, 5), DocumentType: 'VISIT-CONFIRMATION' },
  ...{ DocumentStatus: 'uploaded', IsEnabled: true, DateSubmitted: '2024-03-12 10:00:00', ...columns },
})
const answered: Rows = {
  'ExtSchema.Eligibility': [
    {
      ...{ EligibilityId: claim.eligibilityId, Reference: claim.reference, Status: 'SUBMITTED' },
      ...{ DateCreated: '2024-03-12 09:00:00', DateSubmitted: '2024-03-12 10:00:00' },
    },
  ],
  'ExtSchema.ClaimDocument': [evidence({ ClaimId: null })],
  'ExtSchema.Task': [answerTask],
  'AsyncSchema.Outbox': [outboxRow(answerRun)],
}

const answeredClaim: World = {
  name: 'a claim whose claimant has answered',
  rows: merge(
    edit(silentClaim(1, '2024-01-10 10:00:00'), { 'IntSchema.Claim': set({ DateReviewed: null }) }),
    answered,
  ),
  deeds: [
    takesInAnswer(claim, answer),
    twin(takesInAnswer(claim, { id: 'answer.directly', consumer: 'take-in-response' })),
    caseworker('approves', claim),
    caseworker('rejects', claim),
    job('reject-silent-claims'),
    givesUp(answer),
  ],
}

const externalDocuments = (db: Transaction<Database>) =>
  db.updateTable('ExtSchema.ClaimDocument').where('ClaimDocumentId', '=', rowId.document(1, 5))

const answerChanges: World = {
  name: 'a claim whose claimant has answered, and has second thoughts',
  rows: answeredClaim.rows,
  deeds: [
    takesInAnswer(claim, answer),
    changes('the claimant takes the document back', (db) =>
      externalDocuments(db).set({ IsEnabled: false }).execute(),
    ),
    claimantAnswers(claim, 7_000_001),
  ],
}

const elsewhere = { ...claim, claimId: claimIds(2).ClaimId }

/** A document of no claim is taken in by whichever is answered for first. */
const answeredTwice: World = {
  name: 'two claims of one claimant that are answered by a document which is inside already',
  rows: edit(answeredClaim.rows, {
    'IntSchema.Claim': (rows) => [...rows, { ...rows[0], ClaimId: elsewhere.claimId }],
    'IntSchema.ClaimDocument': (rows) => [...rows, evidence({ ClaimId: null })],
  }),
  deeds: [
    takesInAnswer(claim, { id: 'answer.of-one', consumer: 'take-in-response' }),
    twin(takesInAnswer(elsewhere, { id: 'answer.of-other', consumer: 'take-in-response' })),
  ],
}

const unpayable: World = {
  name: 'a claim whose claimant was asked for bank details, and has answered',
  rows: edit(answeredClaim.rows, { 'IntSchema.Claim': set({ Status: 'REQUEST-INFO-PAYMENT' }) }),
  deeds: [
    takesInAnswer(claim, answer),
    changes('the claimant gives bank details', (db) =>
      db
        .insertInto('ExtSchema.ClaimBankDetail')
        .values({
          ...{ EligibilityId: claim.eligibilityId, Reference: claim.reference, ClaimId: claim.claimId },
          ...{ AccountNumber: '55555555', SortCode: '110001', NameOnAccount: 'Payee Number 1' },
        })
        .execute(),
    ),
  ],
}

const silent: World = {
  name: 'a claim whose claimant was reminded, and is silent',
  rows: silentClaim(1, '2024-01-10 10:00:00'),
  deeds: [
    job('reject-silent-claims'),
    twin(job('reject-silent-claims', 'hand')),
    twin(job('remind-of-information')),
    caseworker('approves', claim),
    claimantAnswers(claim, 7_000_001),
  ],
}

const unanswered: World = {
  name: 'a claim whose claimant is to be reminded',
  rows: unansweredClaim(1, '2024-01-01 10:00:00'),
  deeds: [
    job('remind-of-information'),
    twin(job('remind-of-information', 'hand')),
    caseworker('rejects', claim),
    claimantAnswers(claim, 7_000_001),
  ],
}

const reminder = { id: 'reminder.1', consumer: 'send-email' }

const reminded: World = {
  name: 'a claim whose claimant is being reminded',
  rows: unansweredClaim(1, '2024-01-01 10:00:00'),
  deeds: [
    remindsByEmail(claim, reminder),
    givesUp(reminder),
    twin(job('remind-of-information')),
    caseworker('rejects', claim),
    twin(takesInAnswer(claim, { id: 'answer.directly', consumer: 'take-in-response' })),
  ],
}

const emailRows = { Consumer: reminder.consumer, MessageId: reminder.id, State: 'STARTED' }

const interrupted: World = {
  name: 'an email whose sender has died, and a ticket',
  rows: merge(unansweredClaim(1, '2024-01-01 10:00:00'), {
    'AsyncSchema.Inbox': [
      { ...emailRows, DateStarted: '2024-03-13 10:00:00', DateFirstTried: '2024-03-13 10:00:00' },
    ],
  }),
  deeds: [remindsByEmail(claim, reminder), raisesTicket({ id: 'ticket.1', consumer: 'raise-ticket' })],
}

const closesAdvance = changes('a caseworker closes it', async (db, { clock }) => {
  const now = clock.now()
  await db
    .updateTable('IntSchema.Claim')
    .set({ Status: 'APPROVED-ADVANCE-CLOSED', DateReviewed: now, LastUpdated: now })
    .where('ClaimId', '=', claim.claimId)
    .execute()
})

const unproven: World = {
  name: 'an advance claim whose claimant is to be reminded of evidence',
  rows: unprovenClaim(1, '2024-03-12 00:00:00'),
  deeds: [
    job('remind-of-evidence'),
    twin(job('remind-of-evidence', 'hand')),
    closesAdvance,
    claimantAnswers(claim, 7_000_001),
  ],
}

const overpaid: World = {
  name: 'an advance claim without evidence',
  rows: unprovenClaim(1, '2024-01-10 10:00:00'),
  deeds: [
    job('mark-overpayments'),
    twin(job('mark-overpayments', 'hand')),
    twin(job('remind-of-evidence')),
    closesAdvance,
    changes('a caseworker says what was overpaid', (db) =>
      db
        .updateTable('IntSchema.Claim')
        .set({ IsOverpaid: true, OverpaymentAmount: 1, OverpaymentReason: 'seen' })
        .where('ClaimId', '=', claim.claimId)
        .execute(),
    ),
    claimantAnswers(claim, 7_000_001),
  ],
}

const payable: Rows = merge(payableRows(1, { topUps: [{ TopUpAmount: 5 }] }), edit(payableRows(2, {}), {}))
const runRow = (State: string): Row => ({
  ...{
    RunId: 'payment-run.2024-03-13',
    RunDate: '2024-03-13',
    Stamp: '20240313000500',
    State,
    Stage: 0,
    LastKey: 0,
  },
  ...{ ClaimsPaid: 2, TopUpsPaid: 1, TotalPence: 2500, LeftOut: 0, DateStarted: '2024-03-13 00:05:00' },
  DateReserved: '2024-03-13 00:05:01',
})
const paymentRow = (n: number, columns: Row): Row => ({
  ...{
    RunId: 'payment-run.2024-03-13',
    Kind: 'claim',
    ItemId: claimIds(n).ClaimId,
    ClaimId: claimIds(n).ClaimId,
  },
  ...{ Reference: claimIds(n).Reference, Amount: 1000, ...accountOf(n), RollNumber: '', Country: 'England' },
  ...{ State: 'RESERVED', PaymentId: n, ...columns },
})
const reserved = (State: string): Rows =>
  merge(payable, {
    'AsyncSchema.PaymentRun': [runRow(State)],
    'AsyncSchema.Payment': [
      paymentRow(1, {}),
      paymentRow(2, {}),
      paymentRow(1, { PaymentId: 3, Kind: 'top-up', ItemId: topUpId(1), Amount: 500 }),
    ],
  })

const changesOfPayable = [
  caseworker('rejects', claim),
  changes('somebody pays a claim and a top-up by hand', async (db) => {
    const paid = { PaymentStatus: 'PROCESSED', PaymentDate: '2024-03-12 12:00:00' }
    const amount = { PaymentAmount: 7.77 }
    await db
      .updateTable('IntSchema.Claim')
      .set({ ...paid, ...amount })
      .where('ClaimId', '=', claim.claimId)
      .execute()
    await db.updateTable('IntSchema.TopUp').set(paid).where('TopUpId', '=', topUpId(1)).execute()
  }),
]

const due: World = {
  name: 'claims that are to be paid',
  rows: payable,
  deeds: [reserves('2024-03-13'), twin(reserves('2024-03-12')), ...changesOfPayable],
}

const dueTopUps: World = {
  name: 'top-ups that are to be paid',
  rows: merge(payable, {
    'AsyncSchema.PaymentRun': ['2024-03-13', '2024-03-12'].map((date) => ({
      ...{ ...runRow('RESERVING'), RunId: `payment-run.${date}`, RunDate: date, Stage: 1 },
      ...{ Stamp: date, ClaimsPaid: 0, TopUpsPaid: 0, TotalPence: 0 },
    })),
  }),
  deeds: [reserves('2024-03-13', 1), twin(reserves('2024-03-12', 1)), ...changesOfPayable],
}

const toCorrect: World = {
  name: 'a payment run whose claims have new accounts',
  rows: edit(reserved('RESERVED'), { 'IntSchema.ClaimBankDetail': set({ AccountNumber: '55555555' }) }),
  deeds: [
    writes('2024-03-13', 'one process'),
    twin(writes('2024-03-13', 'another process')),
    reserves('2024-03-12'),
    caseworker('rejects', claim),
  ],
}

const toWrite: World = {
  name: 'a payment run whose files are to be written',
  rows: reserved('RESERVED'),
  deeds: [
    writes('2024-03-13', 'one process'),
    twin(writes('2024-03-13', 'another process')),
    ...changesOfPayable,
  ],
}

const toSettle: World = {
  name: 'a payment run that is to be settled',
  rows: reserved('FILES-WRITTEN'),
  deeds: [
    settles('2024-03-13', 'one process'),
    twin(settles('2024-03-13', 'another process')),
    triesAgain('2024-03-13'),
    archives(claim, 'archive.1'),
    ...changesOfPayable,
  ],
}

const paid = (kind: 'claim' | 'top-up', n: number, pence: number) => ({
  ...{ kind, id: kind === 'claim' ? claimIds(n).ClaimId : topUpId(n), claimId: claimIds(n).ClaimId },
  ...{ reference: claimIds(n).Reference, pence, total: kind === 'claim' ? pence : null, manual: null },
})
const lostRun = manifestOf(
  {
    ...{ runId: 'payment-run.2024-03-13', date: '2024-03-13' },
    ...{ stamp: '20240313000500', made: '2024-03-13 00:05:01' },
  },
  [paid('claim', 1, 1000), paid('claim', 2, 1000), paid('top-up', 1, 500)],
)

const lost: World = {
  name: 'a payment run that the database has lost',
  rows: payable,
  deeds: [
    recovers(lostRun),
    twin(recovers(lostRun, 'another operator')),
    // As the first it begins, and takes what is due later: in between anything may happen.
    twin(reserves('2024-03-13')),
    reserves('2024-03-12'),
    ...changesOfPayable.map(twin),
    twin(
      changes('somebody pays the top-up alone', (db) =>
        db
          .updateTable('IntSchema.TopUp')
          .set({ PaymentStatus: 'PROCESSED', PaymentDate: '2024-03-12 12:00:00' })
          .execute(),
      ),
    ),
  ],
}

const stopped: World = {
  name: 'a payment run that has stopped, and has paid what it had reserved',
  rows: reserved('STOPPED'),
  deeds: [
    recovers(lostRun),
    twin(recovers(lostRun, 'another operator')),
    twin(triesAgain('2024-03-13')),
    ...changesOfPayable.map(twin),
  ],
}

/** What it had paid was not there to be marked, and has come in since. */
const recoveredInPart: World = {
  name: 'a payment run that was recovered, and keeps what it could not mark',
  rows: edit(reserved('SETTLED'), {
    'AsyncSchema.Payment': set({ Reason: 'not-marked' }),
  }),
  deeds: [
    recovers(lostRun),
    twin(recovers(lostRun, 'another operator')),
    releases(lostRun, paid('claim', 1, 1000)),
    ...changesOfPayable.map(twin),
  ],
}

const old = { ...claim, claimId: archivableId(1, 1) }

/** Their rows are read, copied and deleted as those of the other tables: without them a claim has half the statements. */
const alike = [
  'Benefit',
  'EligibleChild',
  'ClaimBankDetail',
  'ClaimChild',
  'ClaimDeduction',
  'ClaimEscort',
  'TopUp',
].map((table) => `IntSchema.${table}` as const)

const archivable: World = {
  name: 'two claims of one claimant that may be archived',
  rows: {
    ...edit(
      merge(eligibilityRows(1), archivableRows(1, 1), archivableRows(1, 2)),
      Object.fromEntries(alike.map((table) => [table, remove()])),
    ),
    'AsyncSchema.Flow': [flowRow(1, { Kind: 'one' }), flowRow(2, { Kind: 'two' })],
    'AsyncSchema.FlowStep': [stepRow(1), stepRow(2, { FlowId: 2 })],
    'AsyncSchema.Outbox': [itemRow('old.1'), itemRow('old.2', { FlowStepId: 2 })],
  },
  deeds: [
    queuesOldClaims('old.1'),
    twin(queuesOldClaims('old.2')),
    caseworker('asks for information', old),
    claimantAnswers(old, 7_000_001),
  ],
}

const ofFlows = ['AsyncSchema.Flow', 'AsyncSchema.FlowStep', 'AsyncSchema.Outbox'] as const

const archived: World = {
  name: 'two claims of one claimant that are archived',
  rows: edit(archivable.rows, Object.fromEntries(ofFlows.map((table) => [table, remove()]))),
  deeds: [
    archives(old, 'archive.1'),
    twin(archives({ ...claim, claimId: archivableId(1, 2) }, 'archive.2')),
    twin(archives(old, 'archive.again')),
    claimantAnswers(old, 7_000_001),
    changes('a caseworker adds a document and its event', async (db, { clock }) => {
      const of = {
        EligibilityId: old.eligibilityId,
        Reference: old.reference,
        ClaimId: old.claimId,
      }
      const ClaimDocumentId = 7_000_003
      await db
        .insertInto('IntSchema.ClaimDocument')
        .values({
          ...{ ...of, ClaimDocumentId, DocumentType: 'RECEIPT', DocumentStatus: 'uploaded', IsEnabled: true },
          DateSubmitted: clock.now(),
        })
        .execute()
      await db
        .insertInto('IntSchema.ClaimEvent')
        .values({ ...of, ClaimDocumentId, DateAdded: clock.now(), Event: 'MESSAGE', IsInternal: false })
        .execute()
    }),
  ],
}

const submittedTask = pendingTask(1, 'COMPLETE-CLAIM', { Status: 'IN-PROGRESS', AdditionalData: 'repeat' })
const submittedRun = runOf('ExtSchema', submittedTask)
const submission = messageOf(submittedRun, 'complete-claim')

const submitted: World = {
  name: 'a submitted claim',
  rows: merge(edit(repeatClaim(1), { 'ExtSchema.Task': () => [submittedTask] }), {
    'AsyncSchema.Outbox': [outboxRow(submittedRun)],
  }),
  deeds: [
    completes(claim, submission),
    twin(completes(claim, { id: 'submitted.directly', consumer: 'complete-claim' })),
    changes('the claimant gives new contact details', (db, { clock }) =>
      db
        .insertInto('ExtSchema.EligibilityVisitorUpdateContactDetail')
        .values({
          ...{ EligibilityId: claim.eligibilityId, Reference: claim.reference, DateSubmitted: clock.now() },
          ...{ EmailAddress: 'new@example.org', PhoneNumber: '0' },
        })
        .execute(),
    ),
    twin(job('clean-up-external-data')),
  ],
}

const begunTimes = {
  eligibility: '2024-01-01 10:00:00',
  claim: '2024-01-01 10:00:00',
  documents: '2024-01-01 10:00:00',
}

const abandoned: World = {
  name: 'what was begun and never finished',
  rows: begun(1, begunTimes),
  deeds: [
    job('clean-up-external-data'),
    changes('the claimant submits it after all', async (db, { clock }) => {
      await db
        .updateTable('ExtSchema.Claim')
        .set({ Status: 'SUBMITTED', DateSubmitted: clock.now() })
        .where('ClaimId', '=', claim.claimId)
        .execute()
      const { reference, eligibilityId, claimId } = claim
      await db
        .insertInto('ExtSchema.Task')
        .values({
          ...{ Task: 'COMPLETE-CLAIM', Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId },
          ...{ DateCreated: clock.now(), Status: 'PENDING' },
        })
        .execute()
    }),
  ],
}

const rerunTask = pendingTask(1, 'DWP-CHECK', { TaskId: 11 })
const ownedTask = pendingTask(1, 'DWP-CHECK', { TaskId: 12 })
const unknownTask = pendingTask(1, 'MAKE-TEA', { TaskId: 13 })
const [rerun, owned] = [runOf('IntSchema', rerunTask), runOf('IntSchema', ownedTask)]
const ownedMessage = messageOf(owned, 'check-benefit')

const taskRows: World = {
  name: 'Task rows that wait',
  rows: {
    'IntSchema.Task': [pendingTask(1, 'DWP-CHECK', { TaskId: 10 }), rerunTask, ownedTask, unknownTask],
    'AsyncSchema.Outbox': [
      outboxRow(rerun, { State: 'FAILED', DateEnded: '2024-03-13 09:30:00', LastReason: 'timed-out' }),
      outboxRow(owned, { State: 'TO-PUBLISH' }),
    ],
  },
  deeds: [
    relays('IntSchema'),
    twin(relays('IntSchema', 'another relay')),
    followsUp({ id: 'cause.1', consumer: 'complete-claim' }, 'DWP-CHECK', claim),
    finishes(ownedMessage),
    givesUp(ownedMessage),
    setsPending('IntSchema', 12),
    retriesRows('IntSchema', [11, 12]),
    closesTasks('IntSchema', [11, 12], 'an operator'),
    readdresses('IntSchema.Task.11.1'),
    reopens(messageOf(rerun, 'check-benefit')),
    republishes,
  ],
}

const failedTask = pendingTask(1, 'DWP-CHECK', {
  TaskId: 21,
  Status: 'FAILED',
  DateProcessed: '2024-03-01 09:30:00',
})
const doneTask = pendingTask(1, 'DWP-CHECK', {
  TaskId: 22,
  Status: 'COMPLETE',
  DateProcessed: '2024-03-01 09:30:00',
})
const underWayTask = pendingTask(1, 'DWP-CHECK', { TaskId: 23, Status: 'IN-PROGRESS' })
const [failed, ended, underWay] = [failedTask, doneTask, underWayTask].map((row) =>
  runOf('IntSchema', row),
) as [ReturnType<typeof runOf>, ReturnType<typeof runOf>, ReturnType<typeof runOf>]
const longAgo = '2024-03-01 09:30:00'
const [failedMessage, underWayMessage] = [
  messageOf(failed, 'check-benefit'),
  messageOf(underWay, 'check-benefit'),
]

const runs: World = {
  name: 'runs that have ended, and one under way',
  rows: {
    'IntSchema.Task': [failedTask, doneTask, underWayTask],
    'AsyncSchema.Outbox': [
      outboxRow(failed, { State: 'FAILED', DateEnded: longAgo, LastReason: 'timed-out' }),
      outboxRow(ended, { State: 'DONE', DateEnded: longAgo }),
      outboxRow(underWay),
    ],
    'AsyncSchema.Inbox': [
      { Consumer: 'check-benefit:given-up', MessageId: failed.id, State: 'GIVEN-UP', DateStarted: longAgo },
      {
        Consumer: 'check-benefit',
        MessageId: ended.id,
        State: 'DONE',
        DateStarted: longAgo,
        DateDone: longAgo,
      },
    ],
  },
  deeds: [
    finishes(underWayMessage),
    givesUp(underWayMessage),
    noteFailure(underWayMessage),
    reopens(failedMessage),
    retriesRows('IntSchema', [21]),
    closesTasks('IntSchema', [21], 'an operator'),
    setsPending('IntSchema', 22),
    relays('IntSchema'),
    republishes,
    firesJob('one scheduler'),
    twin(firesJob('another scheduler')),
  ],
}

const oldRuns: World = {
  name: 'runs that are old enough to be pruned',
  rows: runs.rows,
  deeds: [
    prunes('IntSchema', 'prune.1'),
    reopens(failedMessage),
    retriesRows('IntSchema', [21]),
    setsPending('IntSchema', 22),
  ],
}

const itemDone = itemRow('item.1', { State: 'DONE', DateEnded: '2024-03-13 09:30:00' })
const lastItem = { id: 'item.2', consumer: 'archive-claim' }
const itemFailed = itemRow('item.2', {
  ...{ State: 'FAILED', LastReason: 'timed-out', Attempts: 1 },
  ...{ DateEnded: '2024-03-13 09:30:00', DateLastHeard: '2024-03-13 09:30:00' },
})

const flowsLastItem: World = {
  name: 'a flow whose last item is under way',
  rows: flowAt(itemDone, itemRow('item.2')),
  deeds: [
    advances(),
    twin(advances('another relay')),
    finishes(lastItem),
    givesUp(lastItem),
    operatorChanges('hold'),
    operatorChanges('cancel'),
  ],
}

const flowsItemsDone: World = {
  name: 'a flow whose items are all done',
  rows: flowAt(itemDone),
  deeds: [
    advances(),
    twin(advances('another relay')),
    operatorChanges('hold'),
    cancels,
    begins('another key', 'somebody'),
  ],
}

const flowsLastStep: World = {
  name: 'a flow at its last step, whose items are all done',
  rows: edit(flowAt(itemDone), {
    'AsyncSchema.FlowStep': (rows) => rows.filter(({ StepId }) => StepId === 1),
  }),
  deeds: [advances(), twin(advances('another relay')), operatorChanges('hold'), cancels],
}

const flowWaitsForPerson: World = {
  name: 'a flow that waits for a person to agree',
  rows: edit(flowAt(itemDone, itemRow('item.3', { State: 'WAITING' })), {
    'AsyncSchema.Flow': set({ State: 'WAITING-FOR-APPROVAL', Reason: 'would-remove-80-of-160' }),
  }),
  deeds: [advances(), twin(advances('another relay')), operatorChanges('approve'), cancels],
}

const flowIsHeld: World = {
  name: 'a flow that is held, with one item under way and one that waits',
  rows: edit(flowAt(itemDone, itemRow('item.2'), itemRow('item.3', { State: 'WAITING' })), {
    'AsyncSchema.Flow': set({ State: 'HELD', Reason: 'failures-in-a-row' }),
  }),
  deeds: [
    advances(),
    twin(advances('another relay')),
    finishes(lastItem),
    operatorChanges('resume'),
    cancels,
  ],
}

const flowHasWaiting: World = {
  name: 'a flow with one item under way and one that waits',
  rows: flowAt(itemDone, itemRow('item.2'), itemRow('item.3', { State: 'WAITING' })),
  deeds: [advances(), twin(advances('another relay')), finishes(lastItem), operatorChanges('hold'), cancels],
}

const flowIsQueued: World = {
  name: 'a flow whose items are being queued',
  rows: edit(flowAt(itemDone), {
    'AsyncSchema.Outbox': (rows) =>
      rows.map((row) => (row.MessageId === 'begins' ? { ...row, State: 'PUBLISHED', DateEnded: null } : row)),
  }),
  deeds: [advances(), queues('begins'), twin(queues('begins')), cancels],
}

const flowEnded: World = {
  name: 'a flow that has ended with a failure',
  rows: edit(flowAt(itemDone, itemFailed), {
    'AsyncSchema.Flow': set({ State: 'DONE-WITH-FAILURES', DateEnded: '2024-03-13 10:00:00' }),
    'AsyncSchema.FlowStep': (rows) =>
      rows.map((row) => ({
        ...{ ...row, DateStarted: '2024-03-13 09:00:00', DateEnded: '2024-03-13 10:00:00' },
        ...{ Done: row.StepId === 1 ? 1 : 0, Failed: row.StepId === 1 ? 1 : 0 },
      })),
  }),
  deeds: [advances(), twin(advances('another relay')), reopens(lastItem), begins('another key', 'somebody')],
}

const flowGoesOn: World = {
  name: 'a flow that has ended with two failures, of which one is done after all',
  rows: edit(flowEnded.rows, {
    'AsyncSchema.FlowStep': (rows) =>
      rows.map((row) => (row.StepId === 1 ? { ...row, Done: 0, Failed: 2 } : row)),
  }),
  deeds: [advances(), twin(comesToItsEnd('another relay'))],
}

const flowsWait: World = {
  name: 'flows that wait',
  rows: {
    'AsyncSchema.Flow': [1, 2].map((id) => flowRow(id, { State: 'WAITING', DateStarted: null })),
    'AsyncSchema.FlowStep': [stepRow(1), stepRow(2, { FlowId: 2 })],
  },
  deeds: [
    advances(),
    twin(advances('another relay')),
    begins('a key', 'one'),
    twin(begins('a key', 'two')),
    cancels,
  ],
}

const email = 'email.1'
const aboutClaim = {
  Reference: claim.reference,
  EligibilityId: claim.eligibilityId,
  ClaimId: claim.claimId,
}

const handedOver: World = {
  name: 'an email of which nobody knows what became of it',
  rows: merge(checkableClaim(1), { 'AsyncSchema.Notification': [notificationRow(email, aboutClaim)] }),
  deeds: [
    hears(email, 'permanent-failure'),
    twin(hears(email, 'permanent-failure', 'the receipt again')),
    hears(email, 'technical-failure'),
    hears(email, 'delivered'),
    looksUp('permanent-failure'),
    twin(looksUp('permanent-failure', 'another look')),
    looksUp('delivered'),
    looksUp(undefined),
  ],
}

const emailTaskRow = pendingTask(1, 'ACCEPT-CLAIM-NOTIFICATION', {
  ...{ TaskId: 31, Status: 'COMPLETE', DateProcessed: '2024-03-13 10:00:00' },
})
const emailRun = runOf('IntSchema', emailTaskRow)
const emailOfRow = notificationRow(emailRun.id, { ...aboutClaim, TaskSchema: 'IntSchema', TaskId: 31 })
const emailSent: Rows = merge(checkableClaim(1), {
  'IntSchema.Task': [emailTaskRow],
  'AsyncSchema.Outbox': [outboxRow(emailRun, { State: 'DONE', DateEnded: '2024-03-13 10:00:00' })],
  'AsyncSchema.Notification': [emailOfRow],
})

const mayBeSentAnew: World = {
  name: "a Task row's email of which nobody knows what became of it",
  rows: emailSent,
  deeds: [
    hears(emailRun.id, 'temporary-failure'),
    twin(hears(emailRun.id, 'temporary-failure', 'the receipt again')),
    hears(emailRun.id, 'permanent-failure'),
    hears(emailRun.id, 'delivered'),
    looksUp('temporary-failure'),
    setsPending('IntSchema', 31),
  ],
}

const sentAnew: World = {
  name: 'an email that failed for the time being, and is sent anew',
  rows: edit(emailSent, {
    'AsyncSchema.Notification': set({ State: 'temporary-failure', DateEnded: '2024-03-13 10:01:00' }),
  }),
  deeds: [
    looksUp(undefined),
    twin(looksUp(undefined, 'another look')),
    hears(emailRun.id, 'delivered'),
    setsPending('IntSchema', 31),
    relays('IntSchema'),
    closesTasks('IntSchema', [31], 'an operator'),
  ],
}

/** Beside whatever has it run meanwhile, to its end. */
const sentAnewByTwo: World = {
  name: 'an email that failed, whose Task row runs again by one or the other',
  rows: edit(sentAnew.rows, {
    'IntSchema.Task': (rows) => rows.filter(({ TaskId }) => TaskId === emailTaskRow.TaskId),
  }),
  deeds: [looksUp(undefined), twin(sendsAnew('another look')), twin(runsAgain(31))],
  rest: allIsLookedUp,
}

const runForgotten: World = {
  name: 'an email that failed for the time being, of whose run nothing is known',
  rows: edit(sentAnew.rows, { 'AsyncSchema.Outbox': () => [] }),
  deeds: [looksUp(undefined), twin(looksUp(undefined, 'another look'))],
}

const registerTakenOver: World = {
  name: 'a prison register that is to be taken over, and a claim of a prison in it',
  rows: merge(checkableClaim(1), registerTakenIn),
  deeds: [takesOver('report.1'), twin(takesOver('report.2')), readsPrisons, approves(claim, 'approval.1')],
}

const cannotBeSentAnew: World = {
  name: 'an email that failed for the time being, whose Task row is gone',
  rows: edit(emailSent, {
    'IntSchema.Task': () => [],
    'AsyncSchema.Notification': set({ State: 'temporary-failure', DateEnded: '2024-03-13 10:01:00' }),
  }),
  deeds: [looksUp(undefined), twin(looksUp(undefined, 'another look')), hears(emailRun.id, 'delivered')],
}

const queuesAndTests = [queuesEvents('queue.1'), twin(queuesEvents('queue.2')), sendsTest]

const toBeTold: World = {
  name: 'a webhook endpoint with one delivery due',
  rows: endpointWithDue,
  deeds: [
    sends({ kind: 'delivered' }),
    twin(sends({ kind: 'delivered' }, 'another sender')),
    sends({ kind: 'refused', reason: 'webhook-422' }),
    sends({ kind: 'gone', reason: 'webhook-410' }),
    ...queuesAndTests,
  ],
}

const tended: World = {
  name: 'a webhook endpoint that operators tend',
  rows: endpointWithDue,
  deeds: [
    changesEndpoint({ address: 'https://example.org/other' }),
    changesEndpoint({ state: 'paused' }),
    changesEndpoint({ state: 'ended' }),
    retriesFrom(),
    retriesFrom(1),
    ...queuesAndTests,
  ],
}

/** Each beside whoever sends there: between any two of the other's statements. */
const sentToAndTended: World = {
  name: 'a webhook endpoint that is sent to while operators tend it',
  rows: endpointWithDue,
  deeds: [
    sendsAmid({ kind: 'delivered' }),
    sendsAmid({ kind: 'refused', reason: 'webhook-422' }),
    sendsAmid({ kind: 'gone', reason: 'webhook-410' }),
    sendsAmid({ kind: 'failed', reason: 'webhook-503', afterMs: 0 }),
    changesEndpoint({ address: otherAddress }),
    changesEndpoint({ secret: 'second' }),
    changesEndpoint({ state: 'paused' }),
    changesEndpoint({ state: 'ended' }),
    retriesFrom(),
    retriesFrom(1),
    sendsTest,
  ],
  rest: allIsSent,
}

const sentToWhilePaused: World = {
  name: 'a webhook endpoint that is paused, with a message that is due',
  rows: edit(endpointWithDue, {
    'AsyncSchema.WebhookEndpoint': set({ State: 'PAUSED', StateReason: 'to see' }),
  }),
  deeds: [
    sends({ kind: 'delivered' }),
    twin(sends({ kind: 'delivered' }, 'another sender')),
    changesEndpoint({ state: 'active' }),
    changesEndpoint({ address: otherAddress }),
    changesEndpoint({ state: 'ended' }),
    sendsTest,
  ],
}

const confirmed = { kind: 'confirmed' } as const
const fault = { kind: 'fault', meaning: 'permanent', reason: 'target-fault-validation' } as const
const busy = { kind: 'fault', meaning: 'temporary', reason: 'target-fault-busy' } as const

const roleToTell: World = {
  name: 'a role of which a target is owed word',
  rows: roleOwed,
  deeds: [
    tells(confirmed),
    twin(tells(confirmed, 'another')),
    says('second'),
    twin(says('second', 'somebody else')),
    says(undefined),
    fills('one filling'),
    hasTarget('hold'),
  ],
}

const roleRefused: World = {
  name: 'a role that its target refuses',
  rows: edit(roleOwed, {
    'AsyncSchema.ProvisioningEntry': set({ WantedVersion: 2, ConfirmedVersion: 1, AtTarget: 'YES' }),
  }),
  deeds: [tells(fault), says('second'), says(undefined), fills('one filling')],
}

/** Its message was given up, and is tried once more: until then none owes it. */
const roleTriedAgain: World = {
  name: 'a role that its target has refused, and is told once more',
  rows: edit(roleRefused.rows, {
    'AsyncSchema.ProvisioningEntry': set({ MessageId: null, Reason: 'target-fault-validation' }),
  }),
  deeds: [
    tells(confirmed),
    twin(tells(confirmed, 'another')),
    twin(tells(fault, 'another')),
    says('second'),
    twin(says(undefined)),
    twin(fills('one filling')),
  ],
}

const roleTriedByTwo: World = {
  name: 'a role that its target has refused, and is told once more by two',
  rows: roleTriedAgain.rows,
  deeds: [tells(busy), twin(tells(fault, 'another'))],
}

/** Each beside whoever tells it: between any two of the other's statements. */
const toldAndTended: World = {
  name: 'a target that is told while operators tend it',
  rows: roleOwed,
  deeds: [
    tellsAmid(confirmed),
    tellsAmid(fault),
    hasTarget('hold'),
    movesTarget,
    removesTarget,
    twin(says('second')),
    twin(tellsAmid(busy)),
  ],
  rest: allIsTold,
}

/** Its message was given up, and what it was to take with it changed after its last try. */
const roleLeftBehind: World = {
  name: 'a role that has changed, and whose message is given up',
  rows: edit(roleOwed, {
    'AsyncSchema.ProvisioningEntry': set({ WantedVersion: 2, SentVersion: 1, AtTarget: 'MAYBE' }),
    'AsyncSchema.Outbox': set({ State: 'FAILED', DateEnded: '2024-03-13 10:00:00' }),
  }),
  deeds: [
    owesAgain('one pruning'),
    twin(owesAgain('another pruning')),
    says('second'),
    says(undefined),
    fills('one filling'),
    hasTarget('hold'),
  ],
}

const targetHeld: World = {
  name: 'a target that is held, and a role of which it is owed word',
  rows: edit(roleOwed, {
    'AsyncSchema.ProvisioningTarget': set({ State: 'HELD', DateHeld: '2024-03-13 10:00:00' }),
  }),
  deeds: [
    tells(confirmed),
    twin(tells(confirmed, 'another')),
    says('second'),
    hasTarget('resume'),
    twin(hasTarget('resume', 'another operator')),
    fills('one filling'),
  ],
}

const roleGone: World = {
  name: 'a role that is gone, as its target has confirmed',
  rows: {
    'AsyncSchema.ProvisioningTarget': [targetRow()],
    'AsyncSchema.ProvisioningSubject': [subjectRow('first', { IsAbsent: true, State: '{}' })],
    'AsyncSchema.ProvisioningEntry': [
      entryRow('first', {
        ...{ IsAbsent: true, ConfirmedVersion: 1, AtTarget: 'YES', MessageId: null },
        DateConfirmed: '2024-03-13 10:00:00',
      }),
    ],
    'AsyncSchema.Outbox': [owedRow({ State: 'DONE', DateEnded: '2024-03-13 10:00:00' })],
  },
  deeds: [
    prunesGone('entries'),
    prunesGone('subjects'),
    says('second'),
    says(undefined),
    fills('one filling'),
  ],
}

const roleNew: World = {
  name: 'a target, and a role of which nobody has heard',
  rows: { 'AsyncSchema.ProvisioningTarget': [targetRow()] },
  deeds: [
    says('first'),
    twin(says('first', 'somebody else')),
    says('second'),
    fills('one filling'),
    twin(addsTarget('another')),
  ],
}

const decidedTask = pendingTask(1, 'REJECT-CLAIM-NOTIFICATION', { TaskId: 41 })

const decided: World = {
  name: 'a claim that a caseworker has decided, of which others are told',
  rows: merge(edit(checkableClaim(1), { 'IntSchema.Task': () => [decidedTask] }), {
    'AsyncSchema.WebhookSubscription': [{ EndpointId: 3, Event: 'claim.decided' }],
  }),
  deeds: [
    relays('IntSchema'),
    twin(relays('IntSchema', 'another relay')),
    approves(claim, 'approval.1'),
    twin(setsPending('IntSchema', 41)),
  ],
}

export const worlds: readonly World[] = [
  decided,
  toBeTold,
  tended,
  sentToAndTended,
  sentToWhilePaused,
  roleNew,
  roleToTell,
  roleRefused,
  roleTriedAgain,
  roleTriedByTwo,
  toldAndTended,
  roleLeftBehind,
  targetHeld,
  roleGone,
  handedOver,
  mayBeSentAnew,
  sentAnew,
  cannotBeSentAnew,
  sentAnewByTwo,
  runForgotten,
  flowsLastItem,
  flowsItemsDone,
  flowsLastStep,
  flowWaitsForPerson,
  flowIsHeld,
  flowHasWaiting,
  flowIsQueued,
  flowEnded,
  flowGoesOn,
  flowsWait,
  taskRows,
  runs,
  oldRuns,
  newClaim,
  eveningClaim,
  uncheckedBenefits,
  answeredClaim,
  answerChanges,
  answeredTwice,
  unpayable,
  silent,
  unanswered,
  reminded,
  interrupted,
  unproven,
  overpaid,
  due,
  dueTopUps,
  toCorrect,
  toWrite,
  toSettle,
  lost,
  stopped,
  recoveredInPart,
  archivable,
  archived,
  submitted,
  abandoned,
  registerTakenOver,
]
