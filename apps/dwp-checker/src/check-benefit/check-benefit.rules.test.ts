import { describe, expect, it } from 'vitest'
import {
  benefitStatus,
  decide,
  personToCheck,
  requestFields,
  type CheckResult,
  type ClaimFacts,
} from './check-benefit.rules.js'

const visitor = {
  surname: 'Rathbourne',
  nationalInsuranceNumber: 'QQ955252A',
  dateOfBirth: '1959-01-13 00:00:00.000',
}
const partner = { ...visitor, surname: 'Ashgrove', nationalInsuranceNumber: 'QQ123456B' }

const claim = (changes: Partial<ClaimFacts> = {}): ClaimFacts => ({
  claimStatus: 'NEW',
  isApprovedOrPaid: false,
  visitor,
  emailAddress: 'visitor@example.com',
  benefit: 'pension-credit',
  benefitOwner: 'yes',
  benefitHolder: undefined,
  evidenceOutstanding: false,
  ...changes,
})

describe('who is checked', () => {
  it.each(['yes', null, '', 'perhaps'])('the visitor, where the owner is %j', (benefitOwner) => {
    expect(personToCheck(claim({ benefitOwner, benefitHolder: partner }))).toBe(visitor)
  })

  it.each(['no', ' No ', 'NO'])(
    "the benefit's holder, where the visitor is the owner: %j",
    (benefitOwner) => {
      expect(personToCheck(claim({ benefitOwner, benefitHolder: partner }))).toBe(partner)
    },
  )

  it('nobody, where the holder is missing', () => {
    expect(personToCheck(claim({ benefitOwner: 'no' }))).toBeUndefined()
  })
})

describe('what is asked', () => {
  it('trims, puts into capitals, and writes the date without signs', () => {
    const person = {
      surname: "  o'Rathbourne-Ærø ",
      nationalInsuranceNumber: ' qq955252a',
      dateOfBirth: visitor.dateOfBirth,
    }
    expect(requestFields(person)).toEqual({
      nino: 'QQ955252A',
      surname: "O'RATHBOURNE-ÆRØ",
      dateOfBirth: '19590113',
    })
  })
})

describe('what an answer means', () => {
  it.each([
    ['Yes', 'YES'],
    ['no', 'NO'],
    [' UNDETERMINED ', 'UNDETERMINED'],
    ['Deceased', 'DECEASED'],
  ])('%j is %s', (text, status) => expect(benefitStatus(text)).toBe(status))

  it.each(['', 'MAYBE', 'NOT-RUN', 'YES NO', 'yess'])('nobody knows %j', (text) =>
    expect(benefitStatus(text)).toBeUndefined(),
  )
})

describe('what follows', () => {
  const benefits = ['income-support', 'jobseekers-allowance', 'employment-support', 'pension-credit']
  const results: CheckResult[] = ['NO', 'UNDETERMINED', 'DECEASED', 'NOT-RUN']

  it.each(benefits)('evidence of %s is asked for, whatever the result but YES', (benefit) => {
    for (const result of results) {
      expect(decide(claim({ benefit }), result)).toEqual({ kind: 'ask-for-evidence', benefit })
    }
    expect(decide(claim({ benefit }), 'YES')).toEqual({ kind: 'go-on-to-approval' })
  })

  it('knows a benefit in whatever case, and names it as its document is named', () => {
    expect(decide(claim({ benefit: ' Pension-Credit ' }), 'NO')).toEqual({
      kind: 'ask-for-evidence',
      benefit: 'pension-credit',
    })
  })

  it.each(['universal-credit', 'tax-credit', 'none', '', null])('%j needs no evidence', (benefit) => {
    for (const result of results) {
      expect(decide(claim({ benefit }), result)).toEqual({ kind: 'go-on-to-approval' })
    }
  })

  it.each(['NEW', 'PENDING', 'UPDATED', 'REQUEST-INFORMATION'])('a claim %s is asked about', (status) => {
    expect(decide(claim({ claimStatus: status }), 'NO').kind).toBe('ask-for-evidence')
  })

  it.each([
    ...['APPROVED', 'AUTO-APPROVED', 'APPROVED_ADVANCE_CLOSED', 'REJECTED', 'REQUEST-INFO-PAYMENT'],
    ...['REFERENCE-DISABLED', 'APPROVED-PAYOUT-BARCODE-EX'],
  ])('a claim %s is not opened again by a late check', (status) =>
    expect(decide(claim({ claimStatus: status }), 'NO')).toEqual({ kind: 'keep-decision' }),
  )

  it.each(['NEW', 'UPDATED', 'REQUEST-INFORMATION'])(
    'a claim %s that was approved or paid before is not asked about',
    (status) =>
      expect(decide(claim({ claimStatus: status, isApprovedOrPaid: true }), 'NO')).toEqual({
        kind: 'keep-decision',
      }),
  )

  it('asks once, as long as the visitor has not answered', () => {
    const waiting = claim({ claimStatus: 'REQUEST-INFORMATION', evidenceOutstanding: true })
    expect(decide(waiting, 'NO')).toEqual({ kind: 'keep-waiting' })
    expect(decide(waiting, 'YES')).toEqual({ kind: 'go-on-to-approval' })
    expect(decide({ ...waiting, claimStatus: 'PENDING' }, 'NO').kind).toBe('ask-for-evidence')
  })
})
