import { describe, expect, it } from '@jest/globals'
import { ShiftedClock } from '#shared/clock'
import { DeliveryRecord, Inbox, UnitOfWork, type Work } from '#shared/database'
import { ApprovalConfigRepository } from '../apps/claim-completer/src/approval-config.repository.js'
import { ApprovalCases } from '../apps/claim-completer/src/approve-claim/approval-cases.repository.js'
import { Approvals } from '../apps/claim-completer/src/approve-claim/approvals.repository.js'
import { WaitingApprovals } from '../apps/claim-completer/src/approve-waiting/waiting-approvals.repository.js'
import { ClaimCompleterSettings } from '../apps/claim-completer/src/claim-completer.settings.js'
import { ClaimMigration } from '../apps/claim-completer/src/complete-claim/claim-migration.repository.js'
import { SubmittedClaims } from '../apps/claim-completer/src/complete-claim/submitted-claims.repository.js'
import { CheckBenefitRepository } from '../apps/dwp-checker/src/check-benefit/check-benefit.repository.js'
import { NotifierSettings } from '../apps/notifier/src/notifier.settings.js'
import { EmailData } from '../apps/notifier/src/send-email/email-data.repository.js'
import { RelayTasksRepository } from '../apps/task-relay/src/relay-tasks/relay-tasks.repository.js'
import { RepublishQuietRepository } from '../apps/task-relay/src/republish-quiet/republish-quiet.repository.js'
import { baseSettings } from './support/environment.js'
import { RecordingMssql } from './support/recording-mssql.js'

const claim = { reference: 'ABCDEFG', eligibilityId: 1, claimId: 2 }
const task = { schema: 'ExtSchema', taskId: 3, run: 1 } as const
const message = { id: 'ExtSchema.Task.3.1', consumer: 'complete-claim', task }
const clock = new ShiftedClock('2024-03-13 11:30:00')

/**
 * What is sent to SQL Server, step by step, approved as snapshots: a change of a statement is seen in review, and
 * a statement of the other dialect fails.
 */
describe('the statements for SQL Server', () => {
  async function statementsOf(work: (database: RecordingMssql) => Promise<unknown>): Promise<string[]> {
    const database = new RecordingMssql()
    await work(database)
    return database.statements
  }

  const inUnitOfWork = (database: RecordingMssql, work: (unit: Work) => Promise<void>) =>
    new UnitOfWork(
      database.connection,
      new Inbox(database.connection, clock),
      { publishFollowUps: () => Promise.resolve() },
      clock,
    ).run(message, work)

  const steps: Record<string, (database: RecordingMssql) => Promise<unknown>> = {
    'relay: look': ({ connection }) => new RelayTasksRepository(connection, clock).anyPending('ExtSchema'),
    'relay: take': ({ connection }) => new RelayTasksRepository(connection, clock).takePending('ExtSchema'),
    'relay: mark': ({ connection }) =>
      new RelayTasksRepository(connection, clock).markPublished([
        { id: 'a', sequence: 1 },
        { id: 'b', sequence: 2 },
      ]),
    'relay: quiet': ({ connection }) => new RepublishQuietRepository(connection, clock).quiet(60, 5),
    'inbox: look': ({ connection }) => new Inbox(connection, clock).isDone(message),
    'inbox: start': ({ connection }) => new Inbox(connection, clock).start(message, 1_000),
    'delivery: failed attempt': ({ connection }) =>
      new DeliveryRecord(connection, new Inbox(connection, clock), clock).failedAttempt(message, 'reason'),
    'delivery: gave up': ({ connection }) =>
      new DeliveryRecord(connection, new Inbox(connection, clock), clock).gaveUp(message, 'reason'),
    'complete-claim: read': async ({ connection }) => {
      await new SubmittedClaims(connection).find(claim)
      await new SubmittedClaims(connection).expenses(claim)
    },
    'complete-claim: move': (database) =>
      inUnitOfWork(database, async (unit) => {
        const submitted = { claimType: 'first-time', paymentMethod: 'bank', hasBankDetail: true }
        const details = {
          data: 'first-time',
          costs: [{ claimExpenseId: 4, from: 'A1', to: 'B2', distance: 1, cost: 2 }],
        }
        const visitor = { PostCode: 'A1', Country: 'England' }
        const email = await new ClaimMigration().run(
          unit,
          claim,
          { ...submitted, visitor, nameOfPrison: 'durham', bringsEligibility: true },
          details,
        )
        unit.followUp('SEND-CLAIM-NOTIFICATION', claim, email)
        unit.followUp('DWP-CHECK', claim)
      }),
    'approve-claim: read': ({ connection }) => {
      const configuration = new ApprovalConfigRepository(connection, new ClaimCompleterSettings({}))
      return new ApprovalCases(connection, configuration, clock).find(claim)
    },
    'approve-claim: approve': (database) =>
      inUnitOfWork(database, (unit) => new Approvals().approveNew(unit, claim, 'a@example.com')),
    'approve-claim: leave to the daily run': (database) =>
      inUnitOfWork(database, (unit) => new Approvals().queue(unit, claim, 'a@example.com')),
    'approve-waiting: read': async ({ connection }) => {
      for await (const entry of new WaitingApprovals(connection).all()) return entry
    },
    'check-benefit: read': ({ connection }) => new CheckBenefitRepository(connection).find(claim),
    'check-benefit: ask for evidence': (database) =>
      inUnitOfWork(database, async (unit) => {
        const repository = new CheckBenefitRepository(database.connection)
        const facts = await repository.find(claim)
        if (!facts) throw new Error('no facts')
        await repository.save(unit, {
          claim,
          facts,
          result: 'NO',
          decision: { kind: 'ask-for-evidence', benefit: 'income-support' },
        })
      }),
    'send-email: read': async ({ connection }) => {
      const data = new EmailData(
        connection,
        new NotifierSettings({ ...baseSettings, APVS_NOTIFY_API_URL: 'http://localhost' }),
      )
      await data.compose('notifications.claim-accepted', claim)
      await data.address(claim, task)
    },
  }

  it.each(Object.entries(steps))('%s', async (_, step) => {
    const statements = await statementsOf(step)
    expect(statements.length).toBeGreaterThan(0)
    for (const statement of statements) {
      expect(statement).not.toMatch(/\b(limit|returning|on conflict|collate|autoincrement)\b|[A-Z]\w+Schema_/)
    }
    expect(statements).toMatchSnapshot()
  })
})
