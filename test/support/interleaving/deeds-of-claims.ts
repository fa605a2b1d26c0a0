import { subjects, type ClaimMessage } from '#shared/contracts'
import { Prisons } from '#shared/prisons'
import { ServiceState } from '#shared/service'
import { JobRuns, PagedJob } from '#shared/jobs'
import { ApprovalConfigs } from '../../../apps/claim-completer/src/approval-configs.repository.js'
import { ApprovalCases } from '../../../apps/claim-completer/src/approve-claim/approval-cases.repository.js'
import { Approvals } from '../../../apps/claim-completer/src/approve-claim/approvals.repository.js'
import { ApproveClaimHandler } from '../../../apps/claim-completer/src/approve-claim/approve-claim.handler.js'
import { ApproveWaitingClaimsHandler } from '../../../apps/claim-completer/src/approve-waiting-claims/approve-waiting-claims.handler.js'
import { WaitingApprovals } from '../../../apps/claim-completer/src/approve-waiting-claims/waiting-approvals.repository.js'
import { ClaimCompleterSettings } from '../../../apps/claim-completer/src/claim-completer.settings.js'
import { ClaimMigration } from '../../../apps/claim-completer/src/complete-claim/claim-migration.repository.js'
import { CompleteClaimHandler } from '../../../apps/claim-completer/src/complete-claim/complete-claim.handler.js'
import { JourneyCosts } from '../../../apps/claim-completer/src/complete-claim/journey-costs/journey-costs.service.js'
import { SubmittedClaims } from '../../../apps/claim-completer/src/complete-claim/submitted-claims.repository.js'
import { ForeignColumns } from '../../../apps/claim-completer/src/foreign-columns.js'
import { AnsweredBankDetails } from '../../../apps/claim-completer/src/take-in-response/answered-bank-details.repository.js'
import { ClaimResponses } from '../../../apps/claim-completer/src/take-in-response/claim-responses.repository.js'
import { TakeInResponseHandler } from '../../../apps/claim-completer/src/take-in-response/take-in-response.handler.js'
import type { BenefitCheckerClient } from '../../../apps/dwp-checker/src/check-benefit/benefit-checker.client.js'
import { CheckBenefitHandler } from '../../../apps/dwp-checker/src/check-benefit/check-benefit.handler.js'
import { BenefitChecks } from '../../../apps/dwp-checker/src/check-benefit/benefit-checks.repository.js'
import type { BenefitStatus } from '../../../apps/dwp-checker/src/check-benefit/check-benefit.rules.js'
import { handled, inboxOf, ofToday, unitOfWorkOf, type Sent } from './deeds.js'
import type { Deed, Place } from './playground.js'

const settings = new ClaimCompleterSettings({})
const configurationOf = ({ connection }: Place) => new ApprovalConfigs(connection, settings)
const foreignOf = ({ connection, log }: Place) => new ForeignColumns(connection, new ServiceState(), log)

export const pagedJobOf = (place: Place): PagedJob => {
  const { connection, clock, log } = place
  return new PagedJob(connection, new JobRuns(connection, clock), unitOfWorkOf(place), clock, log)
}

/** Their handlers ask whether a message is to be done, with what they read first. */
const asking = (message: Sent): Sent => ({ ...message, asksFirst: true })

/** What the services do to one claim, and to the claims of its claimant. */
export const completes = (claim: ClaimMessage, message: Sent): Deed =>
  handled(`complete-claim of ${message.id}`, asking(message), (place, delivery) => {
    const { connection } = place
    return new CompleteClaimHandler(
      connection,
      inboxOf(place),
      new SubmittedClaims(connection),
      new ClaimMigration(),
      new JourneyCosts(settings, configurationOf(place)),
      foreignOf(place),
      new Prisons(connection),
      unitOfWorkOf(place),
    ).handle(claim, delivery)
  })

export const takesInAnswer = (claim: ClaimMessage, message: Sent): Deed =>
  handled(`take-in-response of ${message.id}`, message, (place, delivery) => {
    const { connection } = place
    return new TakeInResponseHandler(
      connection,
      new ClaimResponses(connection),
      new AnsweredBankDetails(),
      foreignOf(place),
      unitOfWorkOf(place),
    ).handle(claim, delivery)
  })

export const approves = (claim: ClaimMessage, id: string): Deed =>
  handled(
    `approve-claim of ${id}`,
    asking({ id, consumer: 'approve-claim', subject: subjects.claimApprovalDue }),
    (place, delivery) => {
      const prisons = new Prisons(place.connection)
      const cases = new ApprovalCases(place.connection, configurationOf(place), prisons, inboxOf(place))
      return new ApproveClaimHandler(cases, new Approvals(), unitOfWorkOf(place)).handle(claim, delivery)
    },
  )

export const approvesWaiting: Deed = handled(
  'approve-waiting-claims',
  ofToday('approve-waiting-claims', subjects.scheduleAutoApproval),
  (place, delivery) =>
    new ApproveWaitingClaimsHandler(
      new WaitingApprovals(place.connection),
      new Approvals(),
      pagedJobOf(place),
    ).handle({ date: '2024-03-13' }, delivery),
)

export const checksBenefit = (claim: ClaimMessage, message: Sent, status: BenefitStatus): Deed =>
  handled(`check-benefit ${status} of ${message.id}`, asking(message), (place, delivery) => {
    const checker = { check: () => Promise.resolve({ kind: 'answered', status }) }
    return new CheckBenefitHandler(
      inboxOf(place),
      new BenefitChecks(place.connection),
      unitOfWorkOf(place),
      checker as unknown as BenefitCheckerClient,
    ).handle(claim, delivery)
  })
