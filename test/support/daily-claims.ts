import { addDays, type LocalDay } from '#shared/clock'
import type { ClaimCase } from './claim-cases.js'
import { emailOf, event } from './claim-ends.js'
import { firstTimeClaim, inside, ofClaim } from './claim-rows.js'
import { add, edit, set, type Row } from './row-sets.js'
import type { Rows } from './rows.js'

/** Claims that the daily jobs are about, and how they end. */

/** The days the jobs count, as their settings say. */
export interface Days {
  readonly first: number
  readonly second: number
  readonly reminder: number
  readonly rejection: number
  readonly overpayment: number
}
export const usualDays: Days = { first: 1, second: 7, reminder: 35, rejection: 7, overpayment: 10 }

/** A follow-up that nobody has run yet. */
const waitingTask = (n: number, name: string, data: string): Row => ({
  TaskId: '@id',
  Task: name,
  ...ofClaim(n),
  DateCreated: '@now',
  Status: 'PENDING',
  AdditionalData: data,
})

export type End = (n: number, given: Rows) => Rows
/** The job leaves the claim alone. */
export const stays: End = (_, given) => given

const addTask =
  (name: string, suffix = ''): End =>
  (n, given) =>
    edit(given, { 'IntSchema.Task': add(waitingTask(n, name, `${String(emailOf(given))}${suffix}`)) })

export const evidenceReminded = (kind: 'first' | 'second'): End =>
  addTask('ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION', `~~${kind}Reminder`)

export const informationReminded: End = addTask('SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION')

export const overpaid =
  (days: number, amount = 24.5): End =>
  (_, given) =>
    edit(given, {
      'IntSchema.Claim': set({
        IsOverpaid: true,
        OverpaymentAmount: amount,
        RemainingOverpaymentAmount: amount,
        OverpaymentReason: `Evidence not uploaded within ${days} days`,
      }),
    })

export const rejected: End = (n, given) =>
  edit(addTask('REJECT-CLAIM-NOTIFICATION')(n, given), {
    'IntSchema.Claim': set({
      ...{ Status: 'REJECTED', ReminderSent: false, DateReminderSent: null, LastUpdated: '@now' },
    }),
    'IntSchema.ClaimEvent': add(
      event(n, 'CLAIM-REJECTED', {
        Caseworker: 'System Message',
        IsInternal: false,
        Note: 'We have not had an update for 6 weeks or more. Rejecting the claim.',
      }),
    ),
  })

/** Later than any day of the tests, so that nobody is reminded who is not meant to be. */
const neverLongAgo = '2029-12-01 10:00:00'

/** A claim in the internal schema, its two expenses approved in full. */
const claimWith = (n: number, columns: Row): Rows =>
  edit(inside(firstTimeClaim(n)), {
    'IntSchema.Claim': set({ LastUpdated: neverLongAgo, ...columns }),
    'IntSchema.ClaimExpense': (rows) =>
      rows.map((row) => ({ ...row, Status: 'APPROVED', ApprovedCost: row.Cost })),
  })

/** An approved advance claim; overpaid already, so that only reminders are about it. */
export const advanceClaim = (n: number, DateOfJourney: string, columns: Row = {}): Rows =>
  claimWith(n, { Status: 'APPROVED', IsAdvanceClaim: true, IsOverpaid: true, DateOfJourney, ...columns })

/** A claim that waits for its claimant and is to be reminded. */
export const unansweredClaim = (n: number, LastUpdated: string, columns: Row = {}): Rows =>
  claimWith(n, { Status: 'PENDING', ReminderSent: false, LastUpdated, ...columns })

/** An approved advance claim without evidence, of which there is nothing to remind any more. */
export const unprovenClaim = (n: number, DateOfJourney: string, columns: Row = {}): Rows =>
  advanceClaim(n, DateOfJourney, { IsOverpaid: false, ...columns })

/** A claim whose claimant was reminded and is silent. */
export const silentClaim = (n: number, DateReminderSent: string, columns: Row = {}): Rows =>
  claimWith(n, { Status: 'REQUEST-INFORMATION', ReminderSent: true, DateReminderSent, ...columns })

export const caseOf = (n: number, about: string, given: Rows, end: End): ClaimCase => ({
  about: `${about} (claim ${n})`,
  given,
  expected: end(n, given),
})

/** A claim that one job, and no other, is due to deal with; claims of odd and even numbers are due differently. */
export const dueClaims = {
  'remind-of-evidence': (n: number, date: LocalDay): ClaimCase => {
    const kind = n % 2 ? 'first' : 'second'
    const given = advanceClaim(n, `${addDays(date, -usualDays[kind])} 00:00:00`)
    return caseOf(n, 'reminded of evidence', given, evidenceReminded(kind))
  },
  'remind-of-information': (n: number, date: LocalDay): ClaimCase => {
    const given = unansweredClaim(n, `${addDays(date, -100 - (n % 2))} 10:00:00`)
    return caseOf(n, 'reminded of information', given, informationReminded)
  },
  'mark-overpayments': (n: number, date: LocalDay): ClaimCase => {
    const given = unprovenClaim(n, `${addDays(date, -100 - (n % 2))} 10:00:00`)
    return caseOf(n, 'overpaid', given, overpaid(usualDays.overpayment))
  },
  'reject-silent-claims': (n: number, date: LocalDay): ClaimCase => {
    const given = silentClaim(n, `${addDays(date, -100 - (n % 2))} 10:00:00`)
    return caseOf(n, 'rejected', given, rejected)
  },
}
export type ClaimJob = keyof typeof dueClaims
export const claimJobs = Object.keys(dueClaims) as ClaimJob[]
