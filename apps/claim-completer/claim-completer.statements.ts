import { PrisonList, Prisons } from '#shared/prisons'
import { Inbox } from '#shared/unit-of-work'
import { ServiceState } from '#shared/service'
import { ApprovalConfigs } from './src/approval-configs.repository.js'
import { ApprovalCases } from './src/approve-claim/approval-cases.repository.js'
import { approvalSettings } from './src/approve-claim/approval-settings.rules.js'
import { Approvals } from './src/approve-claim/approvals.repository.js'
import { WaitingApprovals } from './src/approve-waiting-claims/waiting-approvals.repository.js'
import { ClaimCompleterSettings } from './src/claim-completer.settings.js'
import { ClaimMigration } from './src/complete-claim/claim-migration.repository.js'
import { ForeignColumns } from './src/foreign-columns.js'
import { SubmittedClaims } from './src/complete-claim/submitted-claims.repository.js'
import { AnsweredBankDetails } from './src/take-in-response/answered-bank-details.repository.js'
import { ClaimResponses } from './src/take-in-response/claim-responses.repository.js'
import { claim, message, clock, log, inUnitOfWork, type StatementSteps } from '../../tools/statements/step.js'

/** What claim-completer asks the database, step by step. */
export const statements: StatementSteps = {
  'complete-claim: read': async ({ connection }) => {
    const submitted = new SubmittedClaims(connection)
    await connection.ask(submitted.find(claim), submitted.expenses(claim), new Prisons(connection).now())
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
    const inbox = new Inbox(connection, clock)
    return new ApprovalCases(connection, configuration, new Prisons(connection), inbox).look(message, claim)
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
      const prisons = new Prisons(database.connection)
      const cases = new ApprovalCases(database.connection, configuration, prisons, inbox)
      const visit = { PrisonNumber: 'x', DateOfJourney: '2024-03-09 00:00:00.000' }
      await cases.take(unit, claim, { kind: 'considered', settings, prisons: new PrisonList([]), visit })
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
}
