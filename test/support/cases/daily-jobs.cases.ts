import { addDays, type LocalDay } from '#shared/clock'
import type { ClaimCase } from '../claim-cases.js'
import { ofClaim, rowId } from '../claim-rows.js'
import {
  advanceClaim,
  caseOf,
  evidenceReminded,
  informationReminded,
  overpaid,
  rejected,
  silentClaim,
  stays,
  unansweredClaim,
  unprovenClaim,
  usualDays,
  type Days,
  type End,
} from '../daily-claims.js'
import { event } from '../claim-ends.js'
import { add, edit, set, type Changes, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'

/** Claims that are due or not due to be dealt with by a daily job, each for a reason of its own. */

type Make = (n: number, time: string, columns?: Row) => Rows

const midnight = '00:00:00'
/** Right after midnight, about when clocks change, and right before the next midnight. */
const timesOfDay = [midnight, '00:00:01', '01:30:00', '12:00:00', '23:59:59', '23:59:59.999']
const lateInTheDay = ['23:59:59', '23:59:59.999']

/** For each job, the last moment that counts and the first that does not, on both sides. */
export function boundaryCases(date: LocalDay, days: Days): ClaimCase[] {
  let n = 0
  const at = (about: string, make: Make, daysAgo: number, times: readonly string[], end: End): ClaimCase[] =>
    times.map((time) => {
      const claim = make(++n, `${addDays(date, -daysAgo)} ${time}`)
      return caseOf(n, `${about}, ${daysAgo} days ago at ${time}`, claim, end)
    })
  const evidence = (kind: 'first' | 'second') => [
    ...at(`${kind} evidence reminder`, advanceClaim, days[kind] + 1, lateInTheDay, stays),
    ...at(`${kind} evidence reminder`, advanceClaim, days[kind], timesOfDay, bothIfEqual(kind)),
    ...at(`${kind} evidence reminder`, advanceClaim, days[kind] - 1, [midnight], stays),
  ]
  /** With equal settings both reminders are due. */
  const bothIfEqual = (kind: 'first' | 'second'): End =>
    days.first === days.second
      ? (m, given) => evidenceReminded('second')(m, evidenceReminded('first')(m, given))
      : evidenceReminded(kind)
  const overpayment = overpaid(days.overpayment)
  return [
    ...evidence('first'),
    ...evidence('second'),
    ...at('information reminder', unansweredClaim, 2000, ['12:00:00'], informationReminded),
    ...at('information reminder', unansweredClaim, days.reminder + 1, lateInTheDay, informationReminded),
    ...at('information reminder', unansweredClaim, days.reminder, timesOfDay, stays),
    ...at('information reminder', unansweredClaim, days.reminder - 1, [midnight], stays),
    ...at('overpayment', unprovenClaim, 2000, ['12:00:00'], overpayment),
    ...at('overpayment', unprovenClaim, days.overpayment + 1, lateInTheDay, overpayment),
    ...at('overpayment', unprovenClaim, days.overpayment, timesOfDay, overpayment),
    ...at('overpayment', unprovenClaim, days.overpayment - 1, [midnight], stays),
    ...at('rejection', silentClaim, 2000, ['12:00:00'], rejected),
    ...at('rejection', silentClaim, days.rejection + 1, lateInTheDay, rejected),
    ...at('rejection', silentClaim, days.rejection, timesOfDay, stays),
    ...at('rejection', silentClaim, days.rejection - 1, [midnight], stays),
  ]
}

const statuses = [
  ...['NEW', 'PENDING', 'REQUEST-INFORMATION', 'REQUEST_INFORMATION', 'REQUEST-INFO-PAYMENT'],
  ...[
    'REQUEST_INFO_PAYMENT',
    'UPDATED',
    'SUBMITTED',
    'IN-PROGRESS',
    'APPROVED',
    'AUTO-APPROVED',
    'AUTO_APPROVED',
  ],
  ...['APPROVED-ADVANCE-CLOSED', 'APPROVED_ADVANCE_CLOSED', 'REJECTED', 'COMPLETE', 'FAILED'],
]
const waiting = [
  ...['PENDING', 'REQUEST-INFORMATION', 'REQUEST_INFORMATION', 'REQUEST-INFO-PAYMENT'],
  'REQUEST_INFO_PAYMENT',
]

/** For each job, every value of the columns it looks at, for claims that are due but for that. */
export function columnCases(date: LocalDay, days: Days): ClaimCase[] {
  let n = 1000
  const cases: ClaimCase[] = []
  const due = {
    [`first`]: `${addDays(date, -days.first)} 10:00:00`,
    second: `${addDays(date, -days.second)} 10:00:00`,
  }
  const long = `${addDays(date, -100)} 10:00:00`
  function one(about: string, make: Make, time: string, columns: Row, end: End, changes: Changes = {}) {
    const given = edit(make(++n, time, columns), changes)
    cases.push(caseOf(n, `${about} ${JSON.stringify(columns)}`, given, end))
  }
  for (const Status of statuses) {
    const approved = Status === 'APPROVED'
    one('first reminder', advanceClaim, due.first, { Status }, approved ? evidenceReminded('first') : stays)
    one(
      'second reminder',
      advanceClaim,
      due.second,
      { Status },
      approved ? evidenceReminded('second') : stays,
    )
    one('overpayment', unprovenClaim, long, { Status }, approved ? overpaid(days.overpayment) : stays)
    const waits = waiting.includes(Status)
    one('information', unansweredClaim, long, { Status }, waits ? informationReminded : stays)
    one('rejection', silentClaim, long, { Status }, waits ? rejected : stays)
  }
  for (const IsAdvanceClaim of [false, null]) {
    one('first reminder', advanceClaim, due.first, { IsAdvanceClaim }, stays)
    one('second reminder', advanceClaim, due.second, { IsAdvanceClaim }, stays)
    one('overpayment', unprovenClaim, long, { IsAdvanceClaim }, stays)
  }
  for (const IsOverpaid of [false, null]) {
    one('first reminder', advanceClaim, due.first, { IsOverpaid }, evidenceReminded('first'))
    one('overpayment', unprovenClaim, long, { IsOverpaid }, overpaid(days.overpayment))
  }
  const known = { OverpaymentAmount: 9, RemainingOverpaymentAmount: 4, OverpaymentReason: 'Did not travel' }
  one('overpayment', unprovenClaim, long, { IsOverpaid: true, ...known }, stays)
  one('overpayment', unprovenClaim, long, { IsOverpaid: false, ...known }, overpaid(days.overpayment))
  one('information', unansweredClaim, long, { ReminderSent: null }, informationReminded)
  one('information', unansweredClaim, long, { ReminderSent: true }, stays)
  one('information', unansweredClaim, long, { LastUpdated: null }, stays)
  one('information', unansweredClaim, long, { DateReminderSent: long }, informationReminded)
  one('rejection', silentClaim, long, { ReminderSent: false }, stays)
  one('rejection', silentClaim, long, { ReminderSent: null }, stays)
  one('rejection', silentClaim, long, { DateReminderSent: null }, stays)
  one('rejection', silentClaim, long, { DateReviewed: long, IsAdvanceClaim: true }, rejected)
  return [
    ...cases,
    ...moneyCases(long, days),
    ...visitorCases(due.first, long),
    ...answeredCases(due.first, long),
  ]
}

/** What counts towards an overpayment. */
function moneyCases(long: string, days: Days): ClaimCase[] {
  let n = 2000
  const one = (
    about: string,
    costs: readonly (readonly [cost: number | null, enabled: boolean | null])[],
    sum?: number,
  ) => {
    const id = ++n
    const expense = { ...ofClaim(id), ExpenseType: 'bus', Cost: 50, Status: 'APPROVED' }
    const given = edit(unprovenClaim(id, long), {
      'IntSchema.ClaimDocument': () => [],
      'IntSchema.ClaimExpense': () =>
        costs.map(([ApprovedCost, IsEnabled], k) => ({
          ...{ ClaimExpenseId: rowId.expense(id, k), ...expense, ApprovedCost, IsEnabled },
        })),
    })
    return caseOf(
      id,
      `overpayment ${about}`,
      given,
      sum === undefined ? stays : overpaid(days.overpayment, sum),
    )
  }
  return [
    one(
      'of costs that binary fractions do not add up to',
      [
        [0.1, true],
        [0.2, true],
        [1.1, true],
      ],
      1.4,
    ),
    one(
      'of enabled expenses only',
      [
        [7.25, true],
        [100, false],
        [50, null],
      ],
      7.25,
    ),
    one(
      'with an expense that was not approved',
      [
        [null, true],
        [3, true],
      ],
      3,
    ),
    one('with nothing approved', [[null, true]], 0),
    one('with no enabled expense', [
      [12, false],
      [13, null],
    ]),
    one('with no expense', []),
    one(
      'of the largest amount',
      [
        [999_999.98, true],
        [0.01, true],
      ],
      999_999.99,
    ),
  ]
}

/** Who cannot be written to is not reminded; a claim is rejected all the same. */
function visitorCases(dueForEvidence: string, long: string): ClaimCase[] {
  const lost: Changes = { 'IntSchema.Visitor': () => [] }
  const others: Changes = { 'IntSchema.Visitor': set({ Reference: 'OTHER01' }) }
  const without = (n: number, given: Rows, end: End, changes = lost) =>
    caseOf(n, `no visitor, or another reference's`, edit(given, changes), end)
  const rejectedInSilence: End = (n, given) =>
    edit(rejected(n, given), { 'IntSchema.Task': set({ AdditionalData: null }) })
  return [
    without(3001, advanceClaim(3001, dueForEvidence), stays),
    without(3002, unansweredClaim(3002, long), stays),
    without(3003, silentClaim(3003, long), rejectedInSilence),
    without(3004, advanceClaim(3004, dueForEvidence), stays, others),
  ]
}

/** An answer leaves the claim approved: that its evidence has come only an event says. */
function answeredCases(dueForEvidence: string, long: string): ClaimCase[] {
  const approved = { DateApproved: '2024-03-01 10:00:00' }
  const came = (n: number, given: Rows, DateAdded: string) =>
    edit(given, {
      'IntSchema.ClaimEvent': add(event(n, 'CLAIM-UPDATED', { ClaimEventId: rowId.task(n), DateAdded })),
    })
  const [before, after] = ['2024-03-01 09:59:59', '2024-03-01 10:00:01']
  const one = (n: number, given: Rows, when: string, end: End) =>
    caseOf(n, 'with documents that came before or after the approval', came(n, given, when), end)
  return [
    one(4001, advanceClaim(4001, dueForEvidence, approved), after, stays),
    one(4002, advanceClaim(4002, dueForEvidence, approved), before, evidenceReminded('first')),
    one(4003, unprovenClaim(4003, long, approved), after, stays),
    one(4004, unprovenClaim(4004, long, approved), before, overpaid(usualDays.overpayment)),
  ]
}
