import { describe, expect, it } from 'vitest'
import { toLondon } from '#shared/clock'
import { type ApprovalCase, latestManualClaim, latestManuallyApprovedClaim } from './approval-case.js'
import { approvalSettings } from './approval-settings.rules.js'
import { decideApproval } from './approve-claim.rules.js'
import { configWith, documentedDefaults, manualClaim, passingCase, previousClaim } from './passing-case.js'

const decide = (change: Partial<ApprovalCase>) => decideApproval({ ...passingCase, ...change })
const settings = (change: Partial<ApprovalCase['settings']>) => ({
  settings: { ...passingCase.settings, ...change },
})
const claim = (change: Partial<ApprovalCase['claim']>) => ({ claim: { ...passingCase.claim, ...change } })
const untrusted = { eligibility: { IsTrusted: false } }

describe('claims that are not considered', () => {
  it('does nothing when automatic approval is off', () => {
    expect(decide({ ...settings({ autoApprovalEnabled: false }), ...untrusted })).toEqual({
      kind: 'not-considered',
      reason: 'auto-approval-disabled',
    })
  })

  it.each(['first-time', 'repeat-new-eligibility', 'First-Time'])('leaves %s to caseworkers', (ClaimType) => {
    expect(decide({ ...claim({ ClaimType }), ...untrusted })).toEqual({
      kind: 'not-considered',
      reason: 'claim-type',
    })
  })

  it.each(['repeat', 'repeat-duplicate', null])('considers the claim type %s', (ClaimType) => {
    expect(decide(claim({ ClaimType })).kind).toBe('approve-now')
  })

  it.each(['REQUEST-INFORMATION', 'PENDING', 'UPDATED', 'AUTO-APPROVED'])('leaves %s alone', (Status) => {
    expect(decide({ ...claim({ Status }), ...untrusted })).toEqual({
      kind: 'not-considered',
      reason: 'claim-status',
    })
  })
})

describe('claims that were approved or paid before', () => {
  it.each([{ DateApproved: '2024-03-12 15:00:00' }, { PaymentStatus: 'PROCESSED' }])(
    'are not considered: %j',
    (columns) => {
      const before = { kind: 'not-considered', reason: 'approved-before' }
      expect(decide({ ...claim(columns), ...untrusted })).toEqual(before)
    },
  )
})

describe('approvals in a row', () => {
  /** Newest last; the ids run the other way, so that only the dates decide. */
  const others = (...statuses: string[]): Partial<ApprovalCase> => ({
    otherClaimsOfReference: statuses.map((Status, index) => ({
      ClaimId: 100 - index,
      Status,
      DateSubmitted: `2024-02-${10 + index} 09:00:00`,
    })),
  })
  const auto = 'AUTO-APPROVED'

  it('asks for a manual check after the limit, before any rule', () => {
    expect(decide({ ...others('APPROVED', auto, auto, 'AUTO_APPROVED', auto), ...untrusted })).toEqual({
      kind: 'forced-manual-check',
      event: 'FORCED-MANUAL-CHECK',
      additionalData: 'edith@example.com',
      note: 'Number of consecutive auto approvals exceeded limit',
    })
  })

  it.each([
    ['fewer claims than the limit', others(auto, auto, auto)],
    ['another kind among the last', others(auto, auto, auto, auto, 'REJECTED')],
    ['another kind as the oldest of the last', others(auto, auto, 'APPROVED', auto, auto, auto)],
    ['no other claims', { otherClaimsOfReference: [] }],
    [
      'the limit at zero',
      { ...others(auto, auto, auto, auto), ...settings({ numberOfConsecutiveAutoApprovals: 0 }) },
    ],
    [
      'a negative limit',
      { ...others(auto, auto, auto, auto), ...settings({ numberOfConsecutiveAutoApprovals: -1 }) },
    ],
    [
      'the check disabled',
      {
        ...others(auto, auto, auto, auto),
        settings: approvalSettings(
          configWith({ RulesDisabled: 'x, Force-Manual-Check-After-Number-Of-Auto-Approvals ' }),
          documentedDefaults,
        ),
      },
    ],
  ])('goes on with %s', (_label, change: Partial<ApprovalCase>) => {
    expect(decide(change)).toEqual({ kind: 'approve-now' })
  })

  it('takes a limit of the configuration', () => {
    const limited = settings({ numberOfConsecutiveAutoApprovals: 1 })
    expect(decide({ ...others('APPROVED', auto), ...limited }).kind).toBe('forced-manual-check')
    expect(decide({ ...others(auto, 'APPROVED'), ...limited }).kind).toBe('approve-now')
  })

  it('orders by time however it is written, claims never submitted last, then by id', () => {
    const limited = settings({ numberOfConsecutiveAutoApprovals: 1 })
    const kindOf = (...rows: [id: number, status: string, submitted: string | null][]) =>
      decide({
        ...limited,
        otherClaimsOfReference: rows.map(([ClaimId, Status, DateSubmitted]) => ({
          ClaimId,
          Status,
          DateSubmitted,
        })),
      }).kind
    expect(kindOf([1, 'APPROVED', '2024-02-01T08:00:00'], [2, auto, '2024-02-01 09:00:00.000'])).toBe(
      'forced-manual-check',
    )
    expect(kindOf([2, 'NEW', null], [1, auto, '2024-02-01 09:00:00.000'])).toBe('forced-manual-check')
    expect(kindOf([1, 'NEW', '2024-02-01 09:00:00.000'], [2, auto, '2024-02-01 09:00:00'])).toBe(
      'forced-manual-check',
    )
  })
})

describe('a claim that passes every rule', () => {
  it.each([
    ['in winter at 10:00', '2024-01-31T10:00:00.000Z', 'approve-now'],
    ['in winter just before 10:00', '2024-01-31T09:59:59.999Z', 'wait-for-daily-run'],
    ['in winter just before 17:00', '2024-01-31T16:59:59.999Z', 'approve-now'],
    ['in winter at 17:00', '2024-01-31T17:00:00.000Z', 'wait-for-daily-run'],
    ['in summer at 10:00', '2024-07-03T09:00:00.000Z', 'approve-now'],
    ['in summer just before 10:00', '2024-07-03T08:59:59.999Z', 'wait-for-daily-run'],
    ['in summer just before 17:00', '2024-07-03T15:59:59.999Z', 'approve-now'],
    ['in summer at 17:00', '2024-07-03T16:00:00.000Z', 'wait-for-daily-run'],
    ['on a Monday', '2024-07-01T11:00:00.000Z', 'approve-now'],
    ['on a Friday', '2024-07-05T11:00:00.000Z', 'approve-now'],
    ['on a Saturday', '2024-07-06T11:00:00.000Z', 'wait-for-daily-run'],
    ['on a Sunday', '2024-07-07T11:00:00.000Z', 'wait-for-daily-run'],
  ])('%s', (_label, instant, kind) => {
    const past = claim({ DateOfJourney: '2024-01-27 00:00:00.000' })
    expect(decide({ ...past, now: toLondon(new Date(instant)) })).toEqual({ kind })
  })

  it('understands times without milliseconds', () => {
    expect(decide({ now: '2024-03-13 10:00' }).kind).toBe('approve-now')
    expect(decide({ now: '2024-03-13 17:00' }).kind).toBe('wait-for-daily-run')
  })
})

describe('a claim that fails rules', () => {
  const decision = decide({
    claim: { ...passingCase.claim, Reference: 'WRUFKFX' },
    documents: [{ DocumentType: 'RECEIPT', DocumentStatus: 'post-later' }],
    visitor: { EmailAddress: 'jose@example.com', BenefitExpiryDate: '2023-12-31 00:00:00.000' },
    ...untrusted,
    now: '2024-03-16 20:00:00.000',
  })

  it('reports them all, in order and at any hour', () => {
    expect(decision).toMatchObject({
      kind: 'failed',
      event: 'AUTO-APPROVAL-FAILURE',
      additionalData: 'jose@example.com',
      failures: [
        { rule: 'has-uploaded-prison-visit-confirmation-and-receipts' },
        { rule: 'is-claimant-trusted' },
        { rule: 'is-benefit-expiry-date-in-future' },
      ],
    })
  })

  it('writes a line for each, with what was compared', () => {
    const note = decision.kind === 'failed' ? decision.note : ''
    expect(note.split('<br />').map((line) => line.split('.')[0])).toEqual([
      '* A prison visit confirmation and/or receipts have not been uploaded',
      '* This claimant has been marked as untrusted by a case worker',
      '* The visit date is after the benefit expiry date',
    ])
    expect(note).toContain(
      '. Claim ref: WRUFKFX, Prison visit confirmation uploaded: false, All required documents uploaded: false<br />',
    )
    expect(note).toMatch(/Benefit expiry date: 31\/12\/2023, Date of journey: 09\/03\/2024$/)
    expect(note).not.toContain('@')
  })
})

describe('the configuration', () => {
  it('is the defaults where there is none, or where it is empty', () => {
    const defaults = { ...documentedDefaults, rulesDisabled: new Set() }
    expect(approvalSettings(undefined, documentedDefaults)).toEqual(defaults)
    expect(approvalSettings(configWith({}), documentedDefaults)).toEqual(defaults)
  })

  it('goes before the defaults, zero and false included', () => {
    const row = configWith({
      AutoApprovalEnabled: false,
      CostVariancePercentage: 12.5,
      MaxClaimTotal: 0,
      MaxNumberOfClaimsPerYear: 0,
      MaxNumberOfClaimsPerMonth: 2,
      NumberOfConsecutiveAutoApprovals: 0,
      CostPerMile: 0.29,
      RulesDisabled: ' is-visit-in-past,,IS-CLAIMANT-TRUSTED , ',
    })
    expect(approvalSettings(row, documentedDefaults)).toEqual({
      autoApprovalEnabled: false,
      costVariancePercentage: 12.5,
      maxClaimTotal: 0,
      maxClaimsPerYear: 0,
      maxClaimsPerMonth: 2,
      numberOfConsecutiveAutoApprovals: 0,
      costPerMile: 29,
      rulesDisabled: new Set(['is-visit-in-past', 'is-claimant-trusted']),
    })
  })
})

describe('the latest manual claims', () => {
  it('are apart when the latest decision was a rejection', () => {
    const rejected = previousClaim(1, { Status: 'REJECTED', DateReviewed: '2024-02-01 09:00:00.000' })
    const advance = { ...manualClaim, ClaimId: 2, IsAdvanceClaim: true, DateReviewed: '2024-02-02 09:00:00' }
    const older = { ...manualClaim, ClaimId: 3, DateReviewed: '2024-01-25 15:09:59' }
    const claims = [older, manualClaim, rejected, advance, previousClaim(4, {})]
    expect(latestManualClaim(claims)).toBe(rejected)
    expect(latestManuallyApprovedClaim(claims)).toBe(manualClaim)
  })

  it('may not exist', () => {
    expect(latestManualClaim([previousClaim(4, {})])).toBeUndefined()
    expect(latestManuallyApprovedClaim([])).toBeUndefined()
  })
})
