import { evidenceReminder, type TaskName } from '#shared/contracts'
import { doNotSend, type TaskSchema } from '../claim-cases.js'
import { tasksDone, tasksFailed } from '../claim-ends.js'
import {
  claimIds,
  earlierClaimId,
  ofClaim,
  people,
  pendingTask,
  rowId,
  settledClaimant,
} from '../claim-rows.js'
import { add, edit, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'

/** A request to Notify, its template by the part of its setting's name that follows `APVS_NOTIFY_`. */
export interface SentEmail {
  readonly template: string
  readonly address: string
  readonly personalisation: Readonly<Record<string, string>>
}

/** One task: its rows before and after, how its run ends, and the email it sends, if any. */
export interface EmailCase {
  readonly about: string
  readonly schema: TaskSchema
  readonly taskId: number
  readonly given: Rows
  readonly expected: Rows
  readonly run: { readonly State: string; readonly LastReason: string | null }
  readonly email?: SentEmail
}

interface Asked {
  readonly name: TaskName
  readonly schema?: TaskSchema
  /** Of the task's row. */
  readonly columns?: Row
  /** What there is besides; a settled claimant by default. */
  readonly rows?: Rows
}

export const askedAddress = (n: number) => `asked.${n}@example.net`
export const logIn = 'https://prison-visits.example.com/start-already-registered'
const help = 'https://prison-visits.example.com/technical-help'
const earlier = (n: number) => ({ ...ofClaim(n), ClaimId: earlierClaimId(n) })

function given(n: number, { name, schema = 'IntSchema', columns, rows = settledClaimant(n) }: Asked) {
  const task = pendingTask(n, name, {
    ClaimId: earlierClaimId(n),
    AdditionalData: askedAddress(n),
    ...columns,
  })
  return { schema, taskId: rowId.task(n), given: edit(rows, { [`${schema}.Task`]: add(task) }) }
}

/** The task completes; the email is to the address in its data where nothing else is said. */
export function sends(n: number, about: string, asked: Asked, email: Partial<SentEmail>): EmailCase {
  const of = given(n, asked)
  const sent = { template: '', address: askedAddress(n), personalisation: {}, ...email }
  return {
    about,
    ...of,
    expected: tasksDone(of.given),
    run: { State: 'DONE', LastReason: null },
    email: sent,
  }
}

export function sendsNothing(n: number, about: string, asked: Asked): EmailCase {
  const of = given(n, asked)
  return { about, ...of, expected: tasksDone(of.given), run: { State: 'DONE', LastReason: null } }
}

export function fails(n: number, reason: string, about: string, asked: Asked): EmailCase {
  const of = given(n, asked)
  return { about, ...of, expected: tasksFailed(of.given), run: { State: 'FAILED', LastReason: reason } }
}

const named = (n: number) => ({ first_name: 'Chloé', reference: claimIds(n).Reference })
const standard = (n: number) => ({ ...named(n), requestInfoUrl: logIn })

/** The claim is marked as reminded, of which nothing else is said in any email's case. */
export const reminded = (n: number, emailCase: EmailCase): EmailCase => ({
  ...emailCase,
  expected: edit(emailCase.expected, {
    'IntSchema.Claim': set({ ReminderSent: true, DateReminderSent: '@now' }, { ClaimId: earlierClaimId(n) }),
  }),
})

const standardEmails: readonly [TaskName, string][] = [
  ['SEND-CLAIM-NOTIFICATION', 'SUBMIT_CLAIM_EMAIL_TEMPLATE_ID'],
  ['REJECT-CLAIM-NOTIFICATION', 'REJECTED_CLAIM_EMAIL_TEMPLATE_ID'],
  ['REQUEST-INFORMATION-CLAIM-NOTIFICATION', 'REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
  ['DWP-FAILED-NOTIFICATION', 'REQUEST_INFORMATION_CLAIM_EMAIL_TEMPLATE_ID'],
  [
    'REQUEST-INFORMATION-RESPONSE-SUBMITTED-NOTIFICATION',
    'REQUEST_INFORMATION_RESPONSE_SUBMITTED_EMAIL_TEMPLATE_ID',
  ],
]
const reminder = 'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION'
const reminderTemplate = 'REQUEST_INFORMATION_REMINDER_EMAIL_TEMPLATE_ID'
const contactDetails = 'UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION'

export const remindedCase = (n: number, about: string): EmailCase =>
  reminded(
    n,
    sends(n, about, { name: reminder }, { template: reminderTemplate, personalisation: standard(n) }),
  )

/** The emails with the standard personalisation, and those that differ from it in a word. */
export const standardCases: readonly EmailCase[] = [
  ...standardEmails.map(([name, template], i) =>
    sends(401 + i, name, { name }, { template, personalisation: standard(401 + i) }),
  ),
  remindedCase(411, `${reminder}, and the claim is marked`),
  reminded(
    412,
    sendsNothing(412, `${reminder} to the address that gets none: marked all the same`, {
      name: reminder,
      columns: { AdditionalData: doNotSend.toUpperCase() },
    }),
  ),
  ...[413, 414].map((n) =>
    sends(
      n,
      `${contactDetails}, ${n === 413 ? 'the old address' : 'the new one'}`,
      { name: contactDetails },
      {
        template: 'UPDATE_CONTACT_DETAILS_EMAIL_TEMPLATE_ID',
        personalisation: { ...named(n), technicalHelpUrl: help },
      },
    ),
  ),
  sends(
    415,
    'to the visitor where the task names no address',
    { name: 'REJECT-CLAIM-NOTIFICATION', columns: { AdditionalData: null } },
    {
      template: 'REJECTED_CLAIM_EMAIL_TEMPLATE_ID',
      address: people(415).visitor.EmailAddress,
      personalisation: standard(415),
    },
  ),
  fails(416, 'visitor-not-found', 'nobody to write to', { name: 'REJECT-CLAIM-NOTIFICATION', rows: {} }),
  fails(417, 'visitor-not-found', 'nobody to remind: nothing is marked', { name: reminder, rows: {} }),
]

const malware = 'SEND-MALWARE-ALERT'
export const malwareCases: readonly EmailCase[] = [
  sends(
    421,
    'to the operations mailbox, about a claim that is still outside',
    { name: malware, schema: 'ExtSchema', rows: {} },
    { template: 'MALWARE_UPLOAD_EMAIL_TEMPLATE_ID', personalisation: { reference: claimIds(421).Reference } },
  ),
  fails(422, 'email-address-missing', 'never to the visitor', {
    name: malware,
    schema: 'ExtSchema',
    columns: { AdditionalData: ' ' },
  }),
]

const evidence = 'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION'
const { first, second } = evidenceReminder

function remindsOfEvidence(n: number, kind: string, template: string, [day, written]: [string, string]) {
  const rows = edit(settledClaimant(n), { 'IntSchema.Claim': set({ DateOfJourney: day }) })
  const columns = { AdditionalData: `${askedAddress(n)}~~${kind}` }
  const personalisation = { ...standard(n), dateOfJourney: written }
  return sends(
    n,
    `${kind} of a visit on ${written}`,
    { name: evidence, columns, rows },
    { template, personalisation },
  )
}

export const evidenceCases: readonly EmailCase[] = [
  ...(
    [
      [431, first, 'ADVANCE_CLAIM_EVIDENCE_REMINDER_TEMPLATE_ID', ['2024-03-12 00:00:00', '12 March 2024']],
      [432, first, 'ADVANCE_CLAIM_EVIDENCE_REMINDER_TEMPLATE_ID', ['2026-07-03 00:00:00', '3 July 2026']],
      [
        433,
        second,
        'ADVANCE_CLAIM_SECOND_EVIDENCE_REMINDER_TEMPLATE_ID',
        ['2024-02-29 00:00:00', '29 February 2024'],
      ],
      [
        434,
        second,
        'ADVANCE_CLAIM_SECOND_EVIDENCE_REMINDER_TEMPLATE_ID',
        ['2023-03-26 01:30:00', '26 March 2023'],
      ],
    ] as const
  ).map(([n, kind, template, [day, written]]) => remindsOfEvidence(n, kind, template, [day, written])),
  ...['~~thirdReminder', '~~', '', '~~FIRSTREMINDER'].map((kind, i) =>
    fails(435 + i, 'reminder-kind-unknown', `"${kind}" is no reminder`, {
      name: evidence,
      columns: { AdditionalData: askedAddress(435 + i) + kind },
    }),
  ),
  fails(439, 'claim-not-found', 'a claim that is gone', {
    name: evidence,
    columns: { AdditionalData: `${askedAddress(439)}~~${first}` },
    rows: {},
  }),
]

const accept = 'ACCEPT-CLAIM-NOTIFICATION'
const crlf = '\r\n'
const text = (...lines: string[]) => lines.join(crlf)
const accepted = (n: number) => ({
  ...named(n),
  start_town: 'Glasbrae',
  prison: 'Altcourse',
  caseworker_note: '',
})
const settledCosts = {
  claim_details: text(
    ...['Your claim details', crlf],
    ...['Train journey -  to  ', 'Claimed: £21.00', 'Approved: £19.00', crlf],
    ...['Bus journey -  to  ', 'Claimed: £4.50', 'Approved: £4.50', crlf, crlf],
  ),
  approved_amount: '£23.50',
}

/** A settled claimant's approved claim, with these columns and rows. */
function approvedClaim(n: number, columns: Row, more: Rows = {}): Rows {
  const rows = edit(settledClaimant(n), { 'IntSchema.Claim': set(columns) })
  return { ...rows, ...more }
}
const bankDetail = (n: number): Rows => ({
  'IntSchema.ClaimBankDetail': [
    {
      ...{ ClaimBankDetailId: 60_000 + n, ...earlier(n) },
      ...{ AccountNumber: `7777${String(n).padStart(4, '0')}`, SortCode: '104447', NameOnAccount: 'Ms C T' },
    },
  ],
})
const deduction = (n: number, k: number, columns: Row): Row => ({
  ...{ ClaimDeductionId: n * 10 + k, ...earlier(n), IsEnabled: true },
  ...columns,
})
const expense = (n: number, k: number, columns: Row): Row => ({
  ...{ ClaimExpenseId: rowId.expense(n, k), ...earlier(n), IsEnabled: true, Status: 'APPROVED' },
  ...columns,
})

const variants: readonly [number, string, Row, string, Record<string, string>][] = [
  [
    ...([451, 'by bank', { PaymentMethod: 'bank' }, 'ACCEPTED_CLAIM_BANK_EMAIL_TEMPLATE_ID'] as const),
    { account_last_four_digits: '0451', ...settledCosts },
  ],
  [
    ...([452, 'by bank, in advance', { PaymentMethod: 'bank', IsAdvanceClaim: true }] as const),
    ...(['ACCEPTED_CLAIM_ADVANCE_BANK_EMAIL_TEMPLATE_ID', { account_last_four_digits: '0452' }] as const),
  ],
  [453, 'by payout', { PaymentMethod: 'payout' }, 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID', settledCosts],
  [
    ...([454, 'by payout, in advance', { PaymentMethod: 'payout', IsAdvanceClaim: true }] as const),
    ...(['ACCEPTED_CLAIM_ADVANCE_PAYOUT_EMAIL_TEMPLATE_ID', {}] as const),
  ],
  [455, 'by hand', { PaymentMethod: 'manual' }, 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', {}],
  [
    ...([456, 'by hand, in advance', { PaymentMethod: 'manual', IsAdvanceClaim: true }] as const),
    ...(['ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID', {}] as const),
  ],
]

const inDetail: Rows = {
  'IntSchema.ClaimExpense': [
    expense(457, 3, {
      ExpenseType: 'ferry',
      Cost: 40,
      IsReturn: true,
      From: 'Ryde',
      To: 'Port',
      IsEnabled: false,
    }),
    expense(457, 1, {
      ...{ ExpenseType: 'car', Cost: 12.5, Status: 'MANUALLY-PROCESSED', From: 'Here', To: 'There' },
      ...{ IsReturn: false, ApprovedCost: 10.1 },
    }),
    expense(457, 2, { ExpenseType: 'refreshment', Cost: 4.35, ApprovedCost: 4.2 }),
  ],
  'IntSchema.ClaimDeduction': [
    deduction(457, 3, { DeductionType: 'overpayment', Amount: 1.1 }),
    deduction(457, 2, { DeductionType: 'hc3', Amount: 9, IsEnabled: false }),
    deduction(457, 1, { DeductionType: 'hc3', Amount: 2.2 }),
  ],
}

export const acceptedCases: readonly EmailCase[] = [
  ...variants.map(([n, about, columns, template, more]) =>
    sends(
      n,
      `paid ${about}`,
      { name: accept, rows: approvedClaim(n, columns, bankDetail(n)) },
      { template, personalisation: { ...accepted(n), ...more } },
    ),
  ),
  sends(
    457,
    'every expense, disabled ones too, and the enabled deductions',
    { name: accept, rows: approvedClaim(457, { PaymentMethod: 'payout' }, inDetail) },
    {
      template: 'ACCEPTED_CLAIM_PAYOUT_EMAIL_TEMPLATE_ID',
      personalisation: {
        ...accepted(457),
        claim_details:
          text(
            ...['Your claim details', crlf, 'Car journey - Here to There ', crlf],
            ...['Light Refreshment', 'Claimed: £4.35', 'Approved: £4.20', crlf],
            ...['Ferry - Ryde to Port  - Return', 'Claimed: £40.00', 'Approved: £0.00', crlf, crlf],
          ) +
          text(
            ...[crlf, 'Deductions', crlf, 'Type: HC3', 'Amount: £2.20', crlf],
            ...['Type: Overpayment', 'Amount: £1.10', crlf, crlf],
          ),
        approved_amount: '£11.00',
      },
    },
  ),
  sends(
    458,
    'a prison nobody knows, and a note',
    {
      name: accept,
      rows: edit(approvedClaim(458, { PaymentMethod: 'manual', Note: 'Well "done"' }), {
        'IntSchema.Prisoner': set({ NameOfPrison: 'Alcatraz' }),
      }),
    },
    {
      template: 'ACCEPTED_CLAIM_MANUAL_EMAIL_TEMPLATE_ID',
      personalisation: {
        ...{ ...accepted(458), prison: '' },
        caseworker_note: text(crlf, 'Note from case worker:', '"Well "done""', crlf),
      },
    },
  ),
  fails(459, 'payment-method-missing', 'paid in no way', {
    name: accept,
    rows: approvedClaim(459, { PaymentMethod: null }),
  }),
  fails(460, 'payment-method-unknown', 'paid in a way nobody knows', {
    name: accept,
    rows: approvedClaim(460, { PaymentMethod: 'cheque' }),
  }),
  fails(461, 'expense-type-unknown', 'an expense nobody knows', {
    name: accept,
    rows: edit(settledClaimant(461), {
      'IntSchema.ClaimExpense': set({ ExpenseType: 'balloon' }, { ClaimExpenseId: rowId.expense(461, 9) }),
    }),
  }),
  fails(462, 'deduction-type-unknown', 'a deduction nobody knows', {
    name: accept,
    rows: approvedClaim(
      462,
      {},
      {
        'IntSchema.ClaimDeduction': [deduction(462, 1, { DeductionType: 'fine', Amount: 1 })],
      },
    ),
  }),
  fails(463, 'claim-not-found', 'a claim that is gone', { name: accept, rows: {} }),
]
