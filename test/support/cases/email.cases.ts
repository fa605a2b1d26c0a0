import { evidenceReminder, type TaskName } from '#shared/contracts'
import { doNotSend, type TaskSchema } from '../claim-cases.js'
import { tasksDone, tasksFailed } from '../claim-ends.js'
import { claimIds, earlierClaimId, people, pendingTask, rowId, settledClaimant } from '../claim-rows.js'
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

export const named = (n: number) => ({ first_name: 'Chloé', reference: claimIds(n).Reference })
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
