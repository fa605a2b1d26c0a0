import { describe, expect, it } from 'vitest'
import { dataSeparator, evidenceReminder, subjects, templateNames } from '#shared/contracts'
import type { DeductionRow, ExpenseRow } from './claim-details.rules.js'
import type { Email, NoEmail } from './email.js'
import { emails, type EmailSubject, type ForAcceptedClaim } from './email.rules.js'
import { writtenDay } from './evidence-reminder.rules.js'

const links = {
  requestInfoUrl: 'https://prison-visits.example.com/start-already-registered',
  technicalHelpUrl: 'https://prison-visits.example.com/technical-help',
}
const visitor = { FirstName: 'Łucja', Town: 'Newbrough', EmailAddress: 'lucja@example.org' }

const expense = (changes: Partial<ExpenseRow> = {}): ExpenseRow => ({
  ClaimExpenseId: 1,
  ExpenseType: 'bus',
  Cost: 12,
  ApprovedCost: 12,
  Status: 'APPROVED',
  From: 'Leedsham',
  To: 'durham',
  IsReturn: false,
  ...changes,
})
const deduction = (changes: Partial<DeductionRow> = {}): DeductionRow => ({
  ClaimDeductionId: 1,
  DeductionType: 'hc3',
  Amount: 2.25,
  IsEnabled: true,
  ...changes,
})
const claim = (changes: Partial<NonNullable<ForAcceptedClaim['claim']>> = {}) => ({
  PaymentMethod: 'bank',
  IsAdvanceClaim: false,
  Note: null,
  ...changes,
})
const accepted = (changes: Partial<ForAcceptedClaim> = {}): ForAcceptedClaim => ({
  reference: 'YDCEAD8',
  data: 'lucja.now@example.org',
  links,
  visitor,
  claim: claim(),
  prison: 'Durham',
  accountNumber: '23884958',
  expenses: [expense()],
  deductions: [],
  ...changes,
})

function decide(changes: Partial<ForAcceptedClaim>): Email | NoEmail {
  const definition = emails[subjects.notifyClaimAccepted]
  if (definition.reads !== 'accepted-claim') throw new Error('not an email about an accepted claim')
  return definition.compose(accepted(changes))
}
function write(changes: Partial<ForAcceptedClaim>): Email {
  const email = decide(changes)
  if ('reject' in email) throw new Error(email.reject)
  return email
}
const detailsOf = (changes: Partial<ForAcceptedClaim>) => write(changes).personalisation.claim_details
const header = (changes: Partial<ExpenseRow>) =>
  detailsOf({ expenses: [expense(changes)] })
    ?.split('\r\n')
    .at(3)

const request = { reference: 'LVY5LSE', data: 'asked@example.org', links }

function composed(subject: EmailSubject, changes: Partial<ForAcceptedClaim> = {}): Email | NoEmail {
  const definition = emails[subject]
  if (definition.reads !== 'visitor') throw new Error('not an email about a visitor')
  return definition.compose({ ...request, visitor, ...changes })
}

describe('standard emails', () => {
  it.each([
    [subjects.notifyClaimSubmitted, 'SUBMIT_CLAIM_EMAIL_TEMPLATE_ID'],
    [subjects.notifyClaimRejected, 'REJECTED_CLAIM_EMAIL_TEMPLATE_ID'],
    [subjects.notifyInformationRequested, 'REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
    [subjects.notifyBenefitCheckFailed, 'REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
    [subjects.notifyInformationReminder, 'REQUEST_INFORMATION_REMINDER_EMAIL_TEMPLATE_ID'],
    [subjects.notifyInformationReceived, 'REQUEST_INFORMATION_RESPONSE_SUBMITTED_EMAIL_TEMPLATE_ID'],
  ] as const)('%s carries name, reference and where to log in', (subject, template) => {
    expect(composed(subject)).toEqual({
      address: 'asked@example.org',
      template,
      personalisation: { first_name: 'Łucja', reference: 'LVY5LSE', requestInfoUrl: links.requestInfoUrl },
    })
  })

  it('about contact details says where help is instead', () => {
    expect(composed(subjects.notifyContactDetailsUpdated)).toEqual({
      address: 'asked@example.org',
      template: 'UPDATE_CONTACT_DETAILS_EMAIL_TEMPLATE_ID',
      personalisation: {
        ...{ first_name: 'Łucja', reference: 'LVY5LSE' },
        technicalHelpUrl: links.technicalHelpUrl,
      },
    })
  })

  it('go to the visitor where the task names nobody', () => {
    expect(composed(subjects.notifyClaimRejected, { data: '' })).toMatchObject({
      address: 'lucja@example.org',
    })
  })

  it.each([
    ['visitor-not-found', { visitor: undefined }],
    ['email-address-missing', { data: '', visitor: { ...visitor, EmailAddress: ' ' } }],
  ])('fail for good: %s', (reject, changes) => {
    expect(composed(subjects.notifyClaimSubmitted, changes)).toEqual({ reject })
  })

  it('mark a claim as reminded after one of them only', () => {
    const marking = Object.entries(emails).filter(([, { marksReminder }]) => marksReminder)
    expect(marking.map(([subject]) => subject)).toEqual([subjects.notifyInformationReminder])
  })
})

describe('an alert about malware', () => {
  const alert = (data: string) => {
    const definition = emails[subjects.notifyMalwareFound]
    if (definition.reads !== 'nothing') throw new Error('needs nothing but its task')
    return definition.compose({ ...request, data })
  }

  it('goes to the mailbox the task names, and to nobody else', () => {
    expect(alert('operations@example.net')).toEqual({
      address: 'operations@example.net',
      template: 'MALWARE_UPLOAD_EMAIL_TEMPLATE_ID',
      personalisation: { reference: 'LVY5LSE' },
    })
    expect(alert('')).toEqual({ reject: 'email-address-missing' })
  })
})

describe('a reminder of evidence', () => {
  const journey = { DateOfJourney: '2026-07-03 00:00:00.000' }
  const remind = (data: string, changes: object = {}) => {
    const definition = emails[subjects.notifyEvidenceReminder]
    if (definition.reads !== 'journey') throw new Error('not an email about a journey')
    return definition.compose({ ...request, data, visitor, claim: journey, ...changes })
  }
  const of = (kind: string) => ['asked@example.org', kind].join(dataSeparator)

  it.each([
    [evidenceReminder.first, 'ADVANCE_CLAIM_EVIDENCE_REMINDER_TEMPLATE_ID'],
    [evidenceReminder.second, 'ADVANCE_CLAIM_SECOND_EVIDENCE_REMINDER_TEMPLATE_ID'],
  ])('has a template for %s', (kind, template) => {
    expect(remind(of(kind))).toEqual({
      address: 'asked@example.org',
      template,
      personalisation: {
        ...{ first_name: 'Łucja', reference: 'LVY5LSE', requestInfoUrl: links.requestInfoUrl },
        dateOfJourney: '3 July 2026',
      },
    })
  })

  it('goes to the visitor where the task names no address', () => {
    const data = dataSeparator + evidenceReminder.first
    expect(remind(data)).toMatchObject({ address: 'lucja@example.org' })
  })

  it.each([
    ['reminder-kind-unknown', '', {}],
    ['reminder-kind-unknown', 'asked@example.org', {}],
    ['reminder-kind-unknown', of(''), {}],
    ['reminder-kind-unknown', of('thirdReminder'), {}],
    ['reminder-kind-unknown', of('firstReminder~~secondReminder'), {}],
    ['claim-not-found', of(evidenceReminder.first), { claim: undefined }],
    ['visitor-not-found', of(evidenceReminder.first), { visitor: undefined }],
  ])('fails for good: %s, with %j', (reject, data, changes) => {
    expect(remind(data, changes)).toEqual({ reject })
  })

  it.each([
    ['2026-07-03 00:00:00.000', '3 July 2026'],
    ['2026-07-03 23:59:59', '3 July 2026'],
    ['2026-01-31 00:00:00', '31 January 2026'],
    ['2025-03-30 01:30:00', '30 March 2025'],
    ['2024-02-29', '29 February 2024'],
    ['2024-12-31 23:59:59.999', '31 December 2024'],
  ])('writes the day of %s as %s', (time, day) => {
    expect(writtenDay(time)).toBe(day)
  })
})

describe('an accepted claim', () => {
  it('paid by bank is told byte for byte as the worker told it', () => {
    const deductions = [
      deduction({ ClaimDeductionId: 3953, Amount: 9, IsEnabled: false }),
      deduction({ ClaimDeductionId: 3952, DeductionType: 'overpayment', Amount: 1.5 }),
      deduction({ ClaimDeductionId: 3951 }),
    ]
    expect(decide({ deductions })).toEqual({
      address: 'lucja.now@example.org',
      template: 'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID',
      personalisation: {
        first_name: 'Łucja',
        reference: 'YDCEAD8',
        start_town: 'Newbrough',
        prison: 'Durham',
        caseworker_note: '',
        account_last_four_digits: '4958',
        claim_details:
          'Your claim details\r\n\r\n\r\nBus journey - Leedsham to durham \r\nClaimed: £12.00\r\nApproved: £12.00' +
          '\r\n\r\n\r\n\r\n\r\n\r\nDeductions\r\n\r\n\r\nType: HC3\r\nAmount: £2.25' +
          '\r\n\r\n\r\nType: Overpayment\r\nAmount: £1.50\r\n\r\n\r\n\r\n',
        approved_amount: '£8.25',
      },
    })
  })

  const common = ['first_name', 'reference', 'start_town', 'prison', 'caseworker_note']
  const costs = ['claim_details', 'approved_amount']
  it.each([
    ['bank', false, 'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID', ['account_last_four_digits', ...costs]],
    ['bank', true, 'ACCEPTED_CLAIM_ADVANCE_BANK_EMAIL_TEMPLATE_ID', ['account_last_four_digits']],
    ['payout', null, 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID', costs],
    ['Payout', true, 'ACCEPTED_CLAIM_ADVANCE_PAYOUT_EMAIL_TEMPLATE_ID', []],
    ['manual', false, 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', []],
    ['manual', true, 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', []],
  ])('paid by %s, advance %s, uses %s', (PaymentMethod, IsAdvanceClaim, template, more) => {
    const email = write({ claim: claim({ PaymentMethod, IsAdvanceClaim }) })
    expect(email.template).toBe(template)
    expect(Object.keys(email.personalisation)).toEqual([...common, ...more])
    expect(templateNames).toContain(template)
  })

  it.each([
    ['payment-method-missing', { claim: claim({ PaymentMethod: null }) }],
    ['payment-method-missing', { claim: claim({ PaymentMethod: ' ' }) }],
    ['payment-method-unknown', { claim: claim({ PaymentMethod: 'cheque' }) }],
    ['expense-type-unknown', { expenses: [expense(), expense({ ExpenseType: 'balloon' })] }],
    ['expense-type-unknown', { expenses: [expense({ ExpenseType: 'constructor' })] }],
    ['deduction-type-unknown', { deductions: [deduction({ DeductionType: 'fine' })] }],
    ['claim-not-found', { claim: undefined }],
    ['visitor-not-found', { visitor: undefined }],
    ['email-address-missing', { data: '', visitor: { ...visitor, EmailAddress: '' } }],
  ])('fails for good: %s', (reject, changes) => {
    expect(decide(changes)).toEqual({ reject })
  })

  it('minds types only where it names them', () => {
    const expenses = [expense({ ExpenseType: 'balloon' })]
    expect(decide({ expenses, claim: claim({ IsAdvanceClaim: true }) })).not.toHaveProperty('reject')
    const disabled = [deduction({ DeductionType: 'fine', IsEnabled: null })]
    expect(decide({ deductions: disabled })).not.toHaveProperty('reject')
  })

  it.each([
    ['Grendon/Spring Hill', 'Grendon/Spring Hill'],
    [undefined, ''],
  ])('names the prison %s "%s"', (prison, named) => {
    expect(write({ prison }).personalisation.prison).toBe(named)
  })

  it.each([
    [null, ''],
    ['', ''],
    ['Sent to "HMP"', '\r\n\r\nNote from case worker:\r\n"Sent to "HMP""\r\n\r\n'],
  ])('hands on the note %j', (Note, text) => {
    expect(write({ claim: claim({ Note }) }).personalisation.caseworker_note).toBe(text)
  })

  it.each([null, undefined, ''])('is sent without account digits for account number %j', (accountNumber) => {
    expect(write({ accountNumber }).personalisation.account_last_four_digits).toBe('')
  })
})

describe('claim details', () => {
  it.each([
    ['car', 'Car journey - A to B '],
    ['BUS', 'Bus journey - A to B '],
    ['Train', 'Train journey - A to B '],
    ['taxi', 'Taxi journey - A to B '],
    ['plane', 'Flight - A to B '],
    ['ferry', 'Ferry - A to B '],
    ['toll', 'Toll'],
    ['parking', 'Parking Charge'],
    ['Parking Charge', 'Parking Charge'],
    ['hire', 'Car hire'],
    ['car hire', 'Car hire'],
    ['refreshment', 'Light Refreshment'],
    ['accommodation', 'Accommodation'],
  ])('head %s with "%s"', (ExpenseType, expected) => {
    expect(header({ ExpenseType, From: 'A', To: 'B' })).toBe(expected)
  })

  it('mark a return, and leave an empty place empty', () => {
    expect(header({ IsReturn: true })).toBe('Bus journey - Leedsham to durham  - Return')
    expect(header({ From: null, To: null })).toBe('Bus journey -  to  ')
    expect(header({ ExpenseType: 'toll', IsReturn: true })).toBe('Toll')
  })

  it('list every expense by id, with its amounts unless it was processed manually', () => {
    const expenses = [
      expense({ ClaimExpenseId: 12, ExpenseType: 'toll', Status: 'MANUALLY_PROCESSED' }),
      expense({ ClaimExpenseId: 11, ExpenseType: 'hire', Status: 'MANUALLY-PROCESSED' }),
      expense({
        ClaimExpenseId: 9,
        ExpenseType: 'refreshment',
        Cost: 4.35,
        ApprovedCost: null,
        Status: null,
      }),
    ]
    expect(detailsOf({ expenses })).toBe(
      'Your claim details\r\n\r\n\r\nLight Refreshment\r\nClaimed: £4.35\r\nApproved: £0.00' +
        '\r\n\r\n\r\nCar hire\r\n\r\n\r\nToll\r\n\r\n\r\n\r\n',
    )
  })

  it('leave out a list that has nothing in it', () => {
    expect(detailsOf({ expenses: [] })).toBe('')
    expect(detailsOf({ expenses: [], deductions: [deduction({ DeductionType: 'HC3' })] })).toBe(
      '\r\n\r\nDeductions\r\n\r\n\r\nType: HC3\r\nAmount: £2.25\r\n\r\n\r\n\r\n',
    )
  })
})

describe('the approved amount', () => {
  const amount = (approved: (number | null)[], deducted: number[] = []) =>
    write({
      expenses: approved.map((ApprovedCost) => expense({ ApprovedCost })),
      deductions: deducted.map((Amount) => deduction({ Amount })),
    }).personalisation.approved_amount

  it('is added up in pence', () => {
    expect(amount([0.1, 0.2, 1.1], [1.4])).toBe('£0.00')
    expect(amount([1.15, 8.05, null])).toBe('£9.20')
    expect(amount([1234.5])).toBe('£1234.50')
    expect(amount([], [0.05])).toBe('£-0.05')
  })
})
