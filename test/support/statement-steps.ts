import { expect } from '@jest/globals'
import { Clock, fromLondon } from '#shared/clock'
import type { MessageIdentity, Message } from '#shared/contracts'
import { DeliveryRecord, Inbox, taskData, UnitOfWork, type Work } from '#shared/unit-of-work'
import { missingIndexes, ownerIndexes } from '#shared/database'
import type { DocumentStore, StoredFiles } from '#shared/documents'
import { ServiceState } from '#shared/service'
import { followedBy, JobRuns, type JobStage, ScheduleRuns } from '#shared/jobs'
import { Log } from '#shared/logging'
import {
  cancelTask,
  databaseStatus,
  JobRecords,
  Journeys,
  MessageStates,
  ClosedTasks,
  OperatorActions,
  Readdressed,
  PaidRuns,
  Recovery,
  References,
  Restorations,
  Runs,
  TaskRows,
} from '#shared/operations'
import { ClaimsDue, manifestOf, storedPaymentFiles, TopUpsDue, type DueClaim } from '#shared/payments'
import type { ArchiveDatabase } from '../../apps/daily-tasks/src/archive-database.js'
import { ApprovalConfigs } from '../../apps/claim-completer/src/approval-configs.repository.js'
import { ApprovalCases } from '../../apps/claim-completer/src/approve-claim/approval-cases.repository.js'
import { approvalSettings } from '../../apps/claim-completer/src/approve-claim/approval-settings.rules.js'
import { Approvals } from '../../apps/claim-completer/src/approve-claim/approvals.repository.js'
import { WaitingApprovals } from '../../apps/claim-completer/src/approve-waiting-claims/waiting-approvals.repository.js'
import { ClaimCompleterSettings } from '../../apps/claim-completer/src/claim-completer.settings.js'
import { ClaimMigration } from '../../apps/claim-completer/src/complete-claim/claim-migration.repository.js'
import { ForeignColumns } from '../../apps/claim-completer/src/foreign-columns.js'
import { SubmittedClaims } from '../../apps/claim-completer/src/complete-claim/submitted-claims.repository.js'
import { AnsweredBankDetails } from '../../apps/claim-completer/src/take-in-response/answered-bank-details.repository.js'
import { ClaimResponses } from '../../apps/claim-completer/src/take-in-response/claim-responses.repository.js'
import { OldExternalData } from '../../apps/daily-tasks/src/clean-up-external-data/old-external-data.repository.js'
import { OverpaidClaims } from '../../apps/daily-tasks/src/mark-overpayments/overpaid-claims.repository.js'
import { SilentClaims } from '../../apps/daily-tasks/src/reject-silent-claims/silent-claims.repository.js'
import { AdvanceClaims } from '../../apps/daily-tasks/src/remind-of-evidence/advance-claims.repository.js'
import { UnansweredClaims } from '../../apps/daily-tasks/src/remind-of-information/unanswered-claims.repository.js'
import { ArchivedClaims } from '../../apps/daily-tasks/src/archive-claim/archived-claims.repository.js'
import { StoredClaims } from '../../apps/daily-tasks/src/archive-claim/stored-claims.repository.js'
import { OldClaims } from '../../apps/daily-tasks/src/archive-old-claims/old-claims.repository.js'
import { BenefitChecks } from '../../apps/dwp-checker/src/check-benefit/benefit-checks.repository.js'
import { goOn } from '../../apps/dwp-checker/src/check-benefit/check-benefit.handler.js'
import type { CheckResult, Decision } from '../../apps/dwp-checker/src/check-benefit/check-benefit.rules.js'
import { Restorations as LostTries } from '../../apps/notifier/src/restored/restorations.repository.js'
import { NotifierSettings } from '../../apps/notifier/src/notifier.settings.js'
import { TicketAttempts } from '../../apps/notifier/src/raise-ticket/ticket-attempts.repository.js'
import { Eligibilities } from '../../apps/notifier/src/recover-reference/eligibilities.repository.js'
import { EmailData } from '../../apps/notifier/src/send-email/email-data.repository.js'
import { Reminders } from '../../apps/notifier/src/send-email/reminders.repository.js'
import { OldPaymentFiles } from '../../apps/payment-run/src/clean-up-payment-files/old-payment-files.repository.js'
import { DueClaims } from '../../apps/payment-run/src/pay-claims/due-claims.repository.js'
import { DueTopUps } from '../../apps/payment-run/src/pay-claims/due-top-ups.repository.js'
import { LookAgain } from '../../apps/payment-run/src/pay-claims/look-again.js'
import {
  PaymentRuns,
  type PaymentRun,
} from '../../apps/payment-run/src/pay-claims/payment-runs.repository.js'
import { Payments } from '../../apps/payment-run/src/pay-claims/payments.repository.js'
import { Reservations } from '../../apps/payment-run/src/pay-claims/reservations.js'
import { Settlement } from '../../apps/payment-run/src/pay-claims/settlement.repository.js'
import type { PaymentFiles } from '../../apps/payment-run/src/payment.js'
import { OldRecords } from '../../apps/task-relay/src/prune-records/old-records.repository.js'
import { PendingTasks } from '../../apps/task-relay/src/relay-tasks/pending-tasks.repository.js'
import { WaitingMessages } from '../../apps/task-relay/src/release-waiting/waiting-messages.repository.js'
import { QuietRows } from '../../apps/task-relay/src/republish-quiet/quiet-rows.repository.js'
import { Backlog } from '../../apps/task-relay/src/show-backlog/backlog.repository.js'
import { baseSettings } from './environment.js'
import type { RecordingDatabase } from './recording-database.js'

const claim = { reference: 'ABCDEFG', eligibilityId: 1, claimId: 2 }
const task = { schema: 'ExtSchema', taskId: 3, run: 1 } as const
const message = { id: 'ExtSchema.Task.3.1', consumer: 'complete-claim', task }
/** Stands still: both dialects send the same times. */
class StoppedClock extends Clock {
  instant = (): Date => fromLondon('2024-03-13 11:30:00')
}
const clock = new StoppedClock()
const taskSchemas = ['ExtSchema', 'IntSchema'] as const
const followUp = { ...message, id: 'IntSchema.Task.3.1', task: { ...task, schema: 'IntSchema' } } as const
const withoutTask = { id: 'CLAIMS.3.1795255200000000000', consumer: 'complete-claim' }
const ofNoTask = { id: 'ExtSchema.Task.3.1>claims.approval-due', consumer: 'approve-claim' }
const log = Log.create('test', 'silent')
const paymentRun = { RunId: 'payment-run.2024-03-13', State: 'RESERVING', Stage: 0, LastKey: 0 } as PaymentRun

const inUnitOfWork = (
  database: RecordingDatabase,
  work: (unit: Work<Message>) => Promise<void>,
  of: MessageIdentity<Message> = message,
) =>
  new UnitOfWork(
    database.connection,
    new Inbox(database.connection, clock),
    { publishFollowUps: () => Promise.resolve() },
    clock,
  ).run(of, work)

/** The claim that the recorder finds where one is taken. */
const takenClaim = { ...claim, claimId: 1, emailAddress: 'a@example.com' }

/** Writes down what came of a check, for each decision. */
async function saveChecked(
  database: RecordingDatabase,
  result: CheckResult,
  ...decisions: readonly Decision[]
): Promise<unknown> {
  const repository = new BenefitChecks(database.connection)
  const [facts] = await database.connection.ask(repository.find(claim))
  if (!facts) throw new Error('no facts')
  return inUnitOfWork(database, async (unit) => {
    for (const decision of decisions) {
      await repository.save(unit, { claim, facts, result, decision })
      goOn(unit, { claim, facts, decision })
    }
  })
}

/** Reads a page of a job, and deals with it as if these rows had been found. */
const inPage = <Item, Prepared>(
  database: RecordingDatabase,
  stage: JobStage<Item, Prepared, Message>,
  items: readonly Item[],
) =>
  inUnitOfWork(database, async (unit) => {
    await stage.passedOver?.(unit.db)
    await stage.read(unit.db, 0)
    await stage.change(unit, items, undefined)
  })

/**
 * Every code path that asks the database something, step by step: what it sends is listed in both dialects, compared,
 * and the rights of the worker's role follow from it.
 */
export const statementSteps: Record<string, (database: RecordingDatabase) => Promise<unknown>> = {
  'relay: look': async ({ connection }) => {
    const repository = new PendingTasks(connection, clock)
    await repository.waiting()
    for (const schema of taskSchemas) {
      await repository.pendingIds(schema, 200, 3)
    }
    await repository.writeNothing()
  },
  'relay: take': async ({ connection }) => {
    for (const schema of taskSchemas) await new PendingTasks(connection, clock).takePending(schema)
  },
  'relay: take what nobody knows': async (database) => {
    database.answer = { Task: 'MAKE-TEA' }
    const repository = new PendingTasks(database.connection, clock)
    for (const schema of taskSchemas) await repository.takePending(schema)
  },
  'relay: take some': async ({ connection }) => {
    for (const schema of taskSchemas)
      await new PendingTasks(connection, clock).takePending(schema, undefined, [1, 2])
  },
  'relay: fail': async ({ connection }) => {
    const repository = new PendingTasks(connection, clock)
    for (const schema of taskSchemas) {
      await repository.fail(schema, 1)
      await repository.failBeyondNumbers(schema)
    }
  },
  'relay: mark': async ({ connection }) => {
    const repository = new PendingTasks(connection, clock)
    const places = [
      { id: 'a', sequence: 1 },
      { id: 'b', sequence: 2 },
    ]
    await repository.markPublished(places, clock.now())
    await repository.notPublished(['c', 'd'], 'JetStreamApiError-10054')
  },
  'relay: quiet': async ({ connection }) => {
    const repository = new QuietRows(connection, clock)
    const quiet = await repository.quiet(60, 5)
    await repository.heard(quiet)
    await repository.unreadable(quiet, 'subject-unknown')
  },
  'relay: release what is due': async (database) => {
    database.answer = { OutboxId: 1 }
    await new WaitingMessages(database.connection, clock).release('2024-03-13 11:30:00.000')
  },
  'relay: backlog': async ({ connection }) => {
    const backlog = new Backlog(connection)
    await backlog.openRuns()
    await backlog.firstPending('ExtSchema')
  },
  'schedule: last fired': ({ connection }) => new ScheduleRuns(connection, clock).lastFired(),
  'prune-records': async (database) => {
    const page = { number: 1, upTo: '2024-01-12 11:30:00.000' }
    database.answer = page
    const records = new OldRecords(database.connection)
    await inPage(database, records.inbox('2024-01-13 11:30:00'), [page])
    await inPage(database, records.followUps('2024-01-13 11:30:00'), [page])
    await inPage(database, records.taskRuns('ExtSchema', '2023-11-14 11:30:00'), [page])
    await inPage(database, records.taskRuns('IntSchema', '2023-11-14 11:30:00'), [page])
  },
  'inbox: look': async ({ connection }) => {
    for (const one of [message, followUp, withoutTask, ofNoTask])
      await new Inbox(connection, clock).standing(one)
  },
  'inbox: start': ({ connection }) => new Inbox(connection, clock).start(message, 1_000),
  'inbox: start again': (database) => {
    database.happens = [[/^insert/, 'duplicate']]
    return new Inbox(database.connection, clock).start(message, 1_000)
  },
  'inbox: release': async ({ connection }) => {
    const inbox = new Inbox(connection, clock)
    await inbox.start(message, 1_000)
    await inbox.release(message, 1_000)
    await inbox.start(message, 1_000)
    await inbox.release(message, 1_000, true)
  },
  'inbox: finish what was started': (database) => {
    database.happens = [[/^insert into "AsyncSchema.{1,3}Inbox"/, 'nothing']]
    return inUnitOfWork(database, () => Promise.resolve())
  },
  'indexes: which are missing': ({ connection }) => missingIndexes(connection, ownerIndexes),
  'health: look': async ({ connection, archive }) => {
    await connection.ping()
    await archive.connection.ping('IntSchema.Claim')
  },
  'schedule: fire': async ({ connection }) => {
    const runs = new ScheduleRuns(connection, clock)
    await runs.since('2024-03-13')
    await runs.dateFired('daily', '2024-03-13')
    await runs.record('daily', '2024-03-13', '2024-03-13 04:30:00')
  },
  'delivery: failed attempt': ({ connection }) =>
    new DeliveryRecord(connection, new Inbox(connection, clock), clock).failedAttempt(message, 'reason'),
  'delivery: gave up': async ({ connection }) => {
    const records = new DeliveryRecord(connection, new Inbox(connection, clock), clock)
    await records.gaveUp(message, 'reason')
    await records.gaveUp(followUp, 'reason')
    await records.gaveUp(withoutTask, 'reason')
    const ofAnotherRow = { ...message, task: { ...task, key: '0123456789abcdef' } } as const
    await records.gaveUp(ofAnotherRow, 'task-row-changed')
  },
  'unit of work: a follow-up, and a message without a task': async (database) => {
    for (const one of [followUp, withoutTask]) await inUnitOfWork(database, () => Promise.resolve(), one)
    for (const { task: of } of [message, followUp]) await taskData(database.connection, of)
  },
  'unit of work: the follow-ups of a page': (database) =>
    inUnitOfWork(
      database,
      (unit) => {
        for (let count = 0; count < 3; count++) unit.followUp('DWP-CHECK', claim)
        return Promise.resolve()
      },
      { ...withoutTask, aboutMany: true },
    ),
  'complete-claim: read': async ({ connection }) => {
    const submitted = new SubmittedClaims(connection)
    await connection.ask(submitted.find(claim), submitted.expenses(claim))
    await submitted.isMigrated(claim)
  },
  'complete-claim: look for columns that are not known': (database) => {
    database.happens = [
      [/information_schema|pragma_table_info/, { table: 'ExtSchema.Visitor', column: 'Colour' }],
    ]
    return new ForeignColumns(database.connection, new ServiceState(), log).haveValuesOf(claim)
  },
  'take-in-response: look for columns that are not known': (database) => {
    database.happens = [
      [/information_schema|pragma_table_info/, { table: 'ExtSchema.ClaimDocument', column: 'Colour' }],
    ]
    return new ForeignColumns(database.connection, new ServiceState(), log).haveValuesOf(claim)
  },
  'complete-claim: move': (database) =>
    inUnitOfWork(database, async (unit) => {
      const submitted = { claimType: 'first-time', paymentMethod: 'bank', hasBankDetail: true }
      const details = {
        data: 'first-time',
        costs: [{ claimExpenseId: 4, from: 'A1', to: 'B2', distance: 1, cost: 2 }],
      }
      const visitor = { PostCode: 'A1', Country: 'England' }
      const migration = new ClaimMigration()
      const read = {
        ...submitted,
        visitor,
        nameOfPrison: 'durham',
        bringsEligibility: true,
        contactDetailsUpTo: 1,
      }
      await migration.run(unit, claim, read, details)
      unit.followUp('SEND-CLAIM-NOTIFICATION', claim, migration.emailIn(unit, claim))
      unit.followUp('DWP-CHECK', claim)
    }),
  'complete-claim: move without new contact details': (database) => {
    database.happens = [[/^select.*UpdateContactDetail/, 'nothing']]
    return inUnitOfWork(database, async (unit) => {
      const submitted = { claimType: 'repeat', paymentMethod: 'direct-bank', hasBankDetail: true }
      const where = {
        visitor: undefined,
        nameOfPrison: undefined,
        bringsEligibility: false,
        contactDetailsUpTo: 0,
      }
      await new ClaimMigration().run(unit, claim, { ...submitted, ...where }, { data: null, costs: [] })
    })
  },
  'take-in-response: read': async ({ connection }) => {
    const responses = new ClaimResponses(connection)
    await responses.isInside(claim)
    await responses.isOutside(claim)
  },
  'take-in-response: take in': (database) =>
    inUnitOfWork(database, async (unit) => {
      const responses = new ClaimResponses(database.connection)
      const { external, internal } = await responses.documents(unit, claim)
      await responses.moveDocuments(unit, {
        ...{ arrived: external, toCopy: external, superseded: internal, toDelete: external },
      })
      const waiting = await responses.take(unit, claim)
      await responses.changeStatus(unit, claim, waiting, 'UPDATED')
      await responses.changeStatus(unit, claim, { ...waiting, isApprovedOrPaid: false }, 'UPDATED')
      await responses.requests(unit, claim)
      await new AnsweredBankDetails().takeIn(unit, claim)
      await responses.recordEvents(unit, claim, [
        { event: 'CLAIM-UPDATED', note: 'x' },
        { event: 'MESSAGE', note: 'y', isInternal: false },
      ])
    }),
  'approve-claim: read': ({ connection }) => {
    const configuration = new ApprovalConfigs(connection, new ClaimCompleterSettings({}))
    return new ApprovalCases(connection, configuration, new Inbox(connection, clock)).look(message, claim)
  },
  'take-in-response: take in a first bank detail': (database) => {
    database.happens = [[/^update "IntSchema.{1,3}ClaimBankDetail"/, 'nothing']]
    return inUnitOfWork(database, async (unit) => {
      await new AnsweredBankDetails().takeIn(unit, claim)
    })
  },
  'approve-claim: read with claims before': (database) => {
    database.happens = [
      [/^select "ClaimId", "Status", "IsAdvanceClaim"/m, { Status: 'APPROVED', IsAdvanceClaim: false }],
    ]
    return inUnitOfWork(database, async (unit) => {
      const settings = approvalSettings(undefined, new ClaimCompleterSettings({}).approval)
      const configuration = new ApprovalConfigs(database.connection, new ClaimCompleterSettings({}))
      const inbox = new Inbox(database.connection, clock)
      const cases = new ApprovalCases(database.connection, configuration, inbox)
      const visit = { PrisonNumber: 'x', DateOfJourney: '2024-03-09 00:00:00.000' }
      await cases.take(unit, claim, { kind: 'considered', settings, visit })
    })
  },
  'approve-claim: say why not': (database) =>
    inUnitOfWork(database, (unit) =>
      new Approvals().recordEvent(unit, claim, {
        event: 'AUTO-APPROVAL-FAILURE',
        additionalData: 'x',
        note: 'y',
      }),
    ),
  'approve-claim: approve': (database) =>
    inUnitOfWork(database, async (unit) => {
      await new Approvals().approve(unit, claim, 'NEW')
      unit.followUp('ACCEPT-CLAIM-NOTIFICATION', claim, 'a@example.com')
    }),
  'approve-claim: leave to the daily run': (database) =>
    inUnitOfWork(database, (unit) => new Approvals().queue(unit, claim, 'a@example.com')),
  'approve-waiting: deal with': (database) =>
    inUnitOfWork(database, async (unit) => {
      const waiting = new WaitingApprovals(database.connection)
      const entry = { AutoApprovalId: 1, ClaimId: 2, EmailAddress: 'a@example.com' }
      await waiting.claimOf(unit, entry)
      await new Approvals().approve(unit, claim, 'NEW')
      unit.followUp('ACCEPT-CLAIM-NOTIFICATION', claim, entry.EmailAddress)
      await waiting.remove(unit, [entry])
    }),
  'approve-waiting: read': ({ connection }) =>
    new WaitingApprovals(connection).inOrder.read(connection.db, 0),
  'check-benefit: read': ({ connection }) => connection.ask(new BenefitChecks(connection).find(claim)),
  'check-benefit: ask for evidence': (database) => {
    const decision = { kind: 'ask-for-evidence', benefit: 'income-support' } as const
    return saveChecked(database, 'NO', decision)
  },
  'check-benefit: ask for evidence where none is to come': (database) => {
    database.happens = [[/ as "holderLastName"/, { ClaimDocumentId: null }]]
    const decision = { kind: 'ask-for-evidence', benefit: 'income-support' } as const
    return saveChecked(database, 'NO', decision)
  },
  'check-benefit: decide otherwise': (database) => {
    const kinds = ['keep-waiting', 'keep-decision', 'go-on-to-approval'] as const
    return saveChecked(database, 'YES', ...kinds.map((kind) => ({ kind })))
  },
  'remind-of-evidence': (database) => {
    const reminder = { kind: 'firstReminder', from: '2024-03-12', before: '2024-03-13' } as const
    const stage = new AdvanceClaims(database.connection).toRemind(reminder)
    const asked = followedBy(stage, (unit: Work<Message>, { emailAddress, ...found }) =>
      unit.followUp('ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION', found, `${emailAddress}~~firstReminder`),
    )
    return inPage(database, asked, [takenClaim])
  },
  'remind-of-information': (database) => {
    const stage = new UnansweredClaims(database.connection).updatedBefore('2024-03-13', 35)
    const asked = followedBy(stage, (unit: Work<Message>, { emailAddress, ...found }) =>
      unit.followUp('SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION', found, emailAddress ?? undefined),
    )
    return inPage(database, asked, [takenClaim])
  },
  'mark-overpayments': (database) => {
    const stage = new OverpaidClaims(database.connection).withoutEvidence('2024-03-13', 10)
    return inPage(database, stage, [{ ClaimId: 1 }, { ClaimId: 2 }])
  },
  'clean-up-external-data: lists': async ({ connection }) => {
    const data = new OldExternalData(connection)
    await data.eligibilities(connection.db, 0, '2024-02-12 04:30:00')
    await data.claims(connection.db, 0, '2024-02-12 04:30:00')
    await data.documents(connection.db, 0, '2024-02-12 04:30:00', '2024-03-13 04:30:00.000')
    await data.belongings(connection.db, [claim])
    await data.countHandedOver(connection.db, '2024-02-12 04:30:00')
  },
  'clean-up-external-data: delete': (database) =>
    inUnitOfWork(database, async (unit) => {
      const document = { ...claim, path: null }
      const documents = [
        { ...document, documentId: 5 },
        { ...document, documentId: 6 },
      ]
      const going = { eligibilities: [claim], claims: [claim], documents }
      await new OldExternalData(database.connection).delete(unit, going, new Set([6]))
    }),
  'reject-silent-claims': (database) => {
    const stage = new SilentClaims(database.connection).remindedBefore('2024-03-13', 7)
    const asked = followedBy(stage, (unit: Work<Message>, rejected) =>
      unit.followUp('REJECT-CLAIM-NOTIFICATION', rejected),
    )
    return inPage(database, asked, [{ ...claim, emailAddress: null }])
  },
  'job run: begin': ({ connection }) => new JobRuns(connection, clock).begin(message, '2024-03-13'),
  'job run: begin for the first time': (database) => {
    let asked = 0
    // Nothing is there until it is inserted.
    database.happens = [
      [{ test: (sql: string) => sql.startsWith('select') && asked++ === 0 } as RegExp, 'nothing'],
    ]
    return new JobRuns(database.connection, clock).begin(message, '2024-03-13')
  },
  'job run: advance and end': async (database) => {
    const runs = new JobRuns(database.connection, clock)
    database.answer = { date: '2024-03-13', started: clock.now(), stage: 0, lastKey: 0, rowsChanged: 0 }
    const progress = await runs.progressOf(message)
    return inUnitOfWork(database, async (unit) => {
      await runs.advance(unit, message, progress)
      await runs.end(unit, message)
    })
  },
  'job run: leave a row, and catch up on it': (database) =>
    inUnitOfWork(database, async (unit) => {
      const runs = new JobRuns(database.connection, clock)
      await runs.leave(unit, message, { stage: 0, key: 2 }, 'claims-changed')
      for (const row of await runs.left(message)) await runs.caughtUp(unit, message, row, 1)
    }),
  'archive-old-claims: read': ({ connection }) =>
    new OldClaims(connection).reviewedBefore('2024-03-13 11:30:00.000', 365).read(connection.db, 0),
  'archive-old-claims: archive': (database) => {
    const stage = new OldClaims(database.connection).reviewedBefore('2024-03-13 11:30:00.000', 365)
    database.answer = { claimId: 2 }
    const asked = followedBy(stage, (unit: Work<Message>, old) => unit.followUp('ARCHIVE-CLAIM', old))
    return inPage(database, asked, [{ claimId: 2 }])
  },
  'archive-claim: find': async ({ connection, archive }) => {
    await new StoredClaims(connection).find(2)
    await new StoredClaims(connection).whyItStays(claim)
    await new ArchivedClaims(archive as unknown as ArchiveDatabase, log).has(2)
  },
  'archive-claim: copy': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const older = Object.entries(rows).map(([table, [row]]) => [table, [{ ...row, Reference: 'OLD' }]])
    const changed = { ...rows, ...Object.fromEntries(older) } as typeof rows
    // The recorder counts one row of everything, and so misses those that were inserted.
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, changed)
    await expect(copy).rejects.toThrow('the archive does not hold every row of the claim')
  },
  'archive-claim: copy a claim that is not there': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const none = Object.fromEntries(Object.keys(rows).map((table) => [table, 0]))
    archive.happens = [[/^select \(\(select count/, none]]
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, rows)
    await expect(copy).rejects.toThrow('the archive does not hold every row of the claim')
  },
  'archive-claim: copy to an archive that lacks something': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    archive.happens = [
      [/information_schema|pragma_table_info/, { table: 'IntSchema.Claim', column: 'ClaimId' }],
    ]
    const added = rows['IntSchema.Claim'].map((row) => ({ ...row, Colour: 'red' }))
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, {
      ...rows,
      'IntSchema.Claim': added,
    })
    await expect(copy).rejects.toThrow('unknown-column')
  },
  'archive-claim: copy a document of our own': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const documents = rows['IntSchema.ClaimDocument'].map((row) => ({ ...row, ClaimDocumentId: -1 }))
    const changed = { ...rows, 'IntSchema.ClaimDocument': documents }
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, changed)
    await expect(copy).rejects.toThrow('the archive does not hold every row of the claim')
  },
  'archive-claim: copy what another claim has': async ({ connection, archive }) => {
    const rows = await new StoredClaims(connection).read(claim)
    const one = { EligibilityId: 1, ClaimId: 1 }
    // Nobody has any of the keys, but for the last that is looked for.
    archive.happens = [
      [/^insert/, 'duplicate'],
      [/^select "ClaimDocumentId" as "id".* "ClaimDocumentId" = /, one],
      [/^select "\w+" as "id"/, 'nothing'],
    ]
    const older = {
      ...rows,
      'IntSchema.ClaimEvent': rows['IntSchema.ClaimEvent'].map((row) => ({ ...row, Event: 'OLD' })),
    }
    const copy = new ArchivedClaims(archive as unknown as ArchiveDatabase, log).copy(claim, older)
    await expect(copy).rejects.toThrow('archive-key-taken')
  },
  'archive-claim: delete': async (database) => {
    const stored = new StoredClaims(database.connection)
    const copied = await stored.read(claim)
    return inUnitOfWork(database, async (unit) => {
      // The recorder deletes one row in each round trip, whatever it is told.
      await stored.remove(unit, claim, copied).catch(() => undefined)
    })
  },
  'archive-claim: delete with its eligibility': async (database) => {
    database.happens = [[/ as "others"$/, { others: 0 }]]
    const stored = new StoredClaims(database.connection)
    const copied = await stored.read(claim)
    return inUnitOfWork(database, async (unit) => {
      await stored.remove(unit, claim, copied).catch(() => undefined)
    })
  },
  'pay-claims: begin': async ({ connection }) => {
    const runs = new PaymentRuns(connection, clock)
    await runs.begin('2024-03-13')
    await runs.unfinishedBefore('2024-03-13')
    await runs.isAnotherInDoubt(paymentRun)
  },
  'pay-claims: try a stopped run again': async (database) => {
    database.answer = { State: 'STOPPED' }
    await new PaymentRuns(database.connection, clock).unfinishedBefore('2024-03-13')
  },
  'pay-claims: which files are known': async (database) => {
    database.answer = { path: 'x', stamp: 'x' }
    const list = () => Promise.resolve(['apvs-payments-20240313000500.txt'])
    await storedPaymentFiles({ list } as unknown as DocumentStore, database.connection)
  },
  'pay-claims: look again': async (database) => {
    const { connection } = database
    const runs = new PaymentRuns(connection, clock)
    const [claims, topUps] = [new DueClaims(connection), new DueTopUps(connection)]
    const reserved = { itemId: 1, claimId: 1, reference: 'x', amount: 1, rollNumber: '', country: '' }
    const bank = { sortCode: '112233', accountNumber: '12345678', nameOnAccount: 'x', lostPaymentId: null }
    database.answer = { itemId: 1, claimId: 1, reference: 'x', pounds: 1, ...bank, Status: 'APPROVED' }
    const [claim, topUp] = (['claim', 'top-up'] as const).map((kind) => ({ ...reserved, ...bank, kind }))
    const look = new LookAgain(runs, new Payments(connection), claims, topUps, log)
    for (const page of [claim, topUp]) await look.takeChanges(paymentRun, page ? [page] : [])
    await new Payments(connection).totalsOfClaims(paymentRun)
  },
  'pay-claims: begin for the first time': (database) => {
    let asked = 0
    database.happens = [
      [{ test: (sql: string) => sql.startsWith('select') && asked++ === 0 } as RegExp, 'nothing'],
    ]
    return new PaymentRuns(database.connection, clock).begin('2024-03-13')
  },
  'pay-claims: reserve': async (database) => {
    const { connection } = database
    const payment = { claimId: 1, itemId: 1, reference: 'x', pounds: 1, country: 'Wales' }
    const bank = {
      ...{ sortCode: '112233', accountNumber: '12345678', nameOnAccount: 'x', rollNumber: 'x' },
      lostPaymentId: null,
    }
    database.answer = { ...payment, ...bank, Status: 'APPROVED' }
    const reservations = new Reservations(
      connection,
      new PaymentRuns(connection, clock),
      new Payments(connection),
      new DueClaims(connection),
      new DueTopUps(connection),
      log,
    )
    for (const Stage of [0, 1, 2]) await reservations.reserveNext({ ...paymentRun, Stage, ClaimsPaid: 1 })
  },
  'pay-claims: record the files': async ({ connection }) => {
    const payments = new Payments(connection)
    await payments.reservedBy(paymentRun)
    const file = { type: 'ADI_JOURNAL_FILE', path: 'x', bytes: Buffer.of() } as const
    const files: PaymentFiles = { bank: file, unit: file, journal: file }
    const runs = new PaymentRuns(connection, clock)
    await runs.advance(paymentRun, { State: 'FILES-WRITTEN' }, (step) => payments.recordFiles(step, files))
  },
  'pay-claims: store what was processed by hand': ({ connection }) =>
    connection.transaction(async (db) => {
      const due = { kind: 'claim', itemId: 1, claimId: 1, amount: 50, total: 100, manuallyProcessed: 50 }
      await new DueClaims(connection).take({ db, now: clock.now() }, [due as DueClaim])
    }),
  'pay-claims: go from state to state': async ({ connection }) => {
    const runs = new PaymentRuns(connection, clock)
    const next = { Stage: 0, LastKey: 0, LastReason: null }
    await runs.advance(paymentRun, { Stage: 1, LastKey: 0 })
    await runs.advance(paymentRun, { State: 'STOPPED', LastReason: 'sums-disagree' })
    await runs.advance(paymentRun, { State: 'FILES-WRITTEN', ...next })
  },
  'pay-claims: settle': async ({ connection }) => {
    const settlement = new Settlement(connection, new PaymentRuns(connection, clock), log)
    for (const Stage of [0, 1, 2]) await settlement.settleNext({ ...paymentRun, Stage })
  },
  'send-email: read': async ({ connection }) => {
    const data = new EmailData(
      connection,
      new Inbox(connection, clock),
      new NotifierSettings({
        ...baseSettings,
        APVS_NOTIFY_API_URL: 'http://localhost',
        APVS_ZENDESK_ENABLED: 'false',
      }),
    )
    await data.compose({ ...message, consumer: 'send-email' }, 'notifications.claim-accepted', claim)
    await data.compose({ ...message, consumer: 'send-email' }, 'notifications.evidence-reminder', claim)
  },
  'send-email: mark the reminder': (database) =>
    inUnitOfWork(database, (unit) => new Reminders().sent(unit, claim)),
  'recover-reference: find': ({ connection }) =>
    new Eligibilities(connection).latestOf({ emailAddress: 'a@example.com', prisonNumber: 'A1234BC' }),
  'send-email: what a restored database has forgotten': async ({ connection }) => {
    await new LostTries(connection, clock).lostTry(message, 1_000)
    await new Inbox(connection, clock).sinceFirstTry(message)
  },
  'raise-ticket: first attempt': async ({ connection }) => {
    const attempts = new TicketAttempts(connection, clock)
    await attempts.sinceFirst(message)
    await attempts.begin(message)
    await attempts.forget(message)
  },
  'settle: waiting': ({ connection }) =>
    new DeliveryRecord(connection, new Inbox(connection, clock), clock).waiting(message, 'notify-503'),
  'ops: journey': async ({ connection }) => {
    const journeys = new Journeys(connection)
    await journeys.claims('ABCDEFG')
    await journeys.events('ABCDEFG')
    const tasks = await journeys.tasks('ABCDEFG')
    await journeys.tasksOfClaims([2])
    await journeys.runs(tasks)
    await journeys.messagesWithoutTask('ABCDEFG')
    await journeys.consumed([message.id])
  },
  'ops: schedule': async ({ connection }) => {
    const records = new JobRecords(connection)
    await records.firings('2024-03-13')
    await records.firingsBetween('2024-02-28', '2024-03-13')
    await records.firedBy(['daily for 2024-03-13'])
    await records.lastFired()
    await records.runs('2024-02-28', '2024-03-13')
  },
  'ops: payments': async ({ connection }) => {
    const paid = new PaidRuns(connection)
    await paid.runsOf('2024-03-13')
    await paid.newest(30, '2024-03-13')
    await paid.totals('payment-run.2024-03-13')
    await paid.files('20240313000500')
    await paid.leftOut('payment-run.2024-03-13')
  },
  'ops: what the next payment run would pay': async ({ connection }) => {
    await new ClaimsDue(connection).read(0)
    await new TopUpsDue(connection).read(0)
  },
  'ops: recover a payment run': async ({ connection }) => {
    const now = clock.now()
    const item = { claimId: 1, reference: 'x', pence: 100, total: 100, manual: 100 }
    const [claim, topUp] = [
      { kind: 'claim', id: 1, ...item },
      { kind: 'top-up', id: 2, ...item },
    ] as const
    const run = { runId: 'payment-run.2024-03-13', date: '2024-03-13', stamp: '20240313000500', made: now }
    const manifest = manifestOf(run, [claim, topUp])
    await connection.transaction(async (db) => {
      const recovery = new Recovery(db)
      await recovery.runOf(run.stamp)
      await recovery.isTaken(run.runId)
      await recovery.insertRun(run.runId, manifest, now)
      await recovery.takeOver(run.runId, manifest, now)
      await recovery.recordPayments(run.runId, [claim, topUp])
      await recovery.unmarked(run.runId)
      await recovery.keep(run.runId, 'claim', { ids: [1], kept: true })
      await recovery.keep(run.runId, 'claim', { ids: [1], kept: false })
      await recovery.release(run.runId, { kind: 'claim', id: 1 })
      await recovery.claims([1])
      await recovery.topUps([2])
      await recovery.markClaims([claim], now)
      await recovery.markClaims([{ ...claim, total: null, manual: null }], now)
      await recovery.markTopUps([topUp], now)
      const file = { type: 'ACCESSPAY_FILE', path: 'x' } as const
      await recovery.recordFile(file, { created: now, enabled: true })
    })
  },
  'ops: recover a payment that is written down, and a file that is not': (database) => {
    database.answer = { Kind: 'claim', ItemId: 1 }
    database.happens = [[/^select "PaymentFileId"/, 'nothing']]
    return database.connection.transaction(async (db) => {
      const recovery = new Recovery(db)
      const paid = { kind: 'claim', id: 1, claimId: 1, reference: 'x', pence: 100 } as const
      await recovery.recordPayments('payment-run.2024-03-13', [{ ...paid, total: null, manual: null }])
      const file = { type: 'ACCESSPAY_FILE', path: 'x' } as const
      await recovery.recordFile(file, { created: clock.now(), enabled: true })
    })
  },
  'ops: dead letters': async ({ connection }) => {
    await new References(connection).messageIds('ABCDEFG')
    await new References(connection).withNumber(3)
    const runs = new Runs(connection, clock)
    await runs.known([message])
    await runs.reopen([message, { id: 'SCHEDULE.7', consumer: 'pay-claims' }])
    await runs.owed([message.id])
    await new MessageStates(connection).of([message.id])
  },
  'ops: tasks': async ({ connection }) => {
    const closed = new ClosedTasks(connection, clock)
    const rows = new TaskRows(connection, clock, closed)
    const filter = { id: 3, task: 'DWP-CHECK', reference: 'ABCDEFG', olderThan: 1_000, newerThan: 2_000 }
    await rows.find('ExtSchema', 'FAILED', filter, { after: 1, count: 200, order: 'asc' })
    await rows.find('IntSchema', 'FAILED', {}, { count: 20, order: 'desc' })
    await rows.count('IntSchema', 'FAILED', {})
    await rows.setPending('IntSchema', [3])
    await rows.find('IntSchema', 'FAILED', { closed: true }, { count: 20, order: 'desc' })
    await closed.of('IntSchema', [3])
  },
  'ops: readdress': async ({ connection }) => {
    await new Readdressed(connection, clock).record([message.id], 'someone')
  },
  'ops: close tasks': async ({ connection }) => {
    const closed = new ClosedTasks(connection, clock)
    await closed.close('ExtSchema', [3], { person: 'someone', reason: 'told by telephone' })
  },
  'ops: restored': async ({ connection }) => {
    const restorations = new Restorations(connection)
    await restorations.isRecorded('2024-03-13 10:00:00')
    await restorations.record('2024-03-13 10:00:00', clock.now())
  },
  'operations: an action': async ({ connection }) => {
    const actions = new OperatorActions(connection, clock)
    const actor = { person: 'someone', via: 'console' } as const
    const about = { target: 'send-email', input: '{"handler":"send-email"}', reason: 'a release' }
    await actions.begin({ key: 'one', actor, name: 'pause-handler', ...about })
    await actions.end('one', 'DONE', { outcome: 'paused', result: '{}' })
    await actions.byKey('one')
    await actions.newest(20, 100)
  },
  'ops: call off a task': async (database) => {
    database.answer = { OutboxId: 1 }
    for (const dryRun of [true, false])
      await cancelTask(database.connection, task, { now: clock.now(), dryRun })
  },
  'ops: status': (database) => {
    database.answer = { count: 1, oldest: '2024-03-13 10:00:00.000' }
    return databaseStatus(database.connection, clock.instant())
  },
  'clean-up-payment-files': (database) => {
    const files = new OldPaymentFiles(database.connection, {} as StoredFiles)
    return inPage(database, files.createdBefore('2024-02-14 00:05:00'), [{ id: 7, path: 'file.txt' }])
  },
}
