import { taskMessageId } from '#shared/contracts'
import { claimIds, firstTimeClaim, ofClaim, ofEligibility, pendingTask, rowId } from '../claim-rows.js'
import { add, edit, entriesOf, merge, remove, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { child, contact, document, eligibleChild, escort } from './claim-parts.js'

/** Data in the external schema before a clean-up, what is left of it, and the files it deletes. */
export interface CleanUpCase {
  readonly about: string
  readonly given: Rows
  readonly left: Rows
  readonly files: readonly string[]
}

export interface Ages {
  readonly eligibility: string
  readonly claim: string
  readonly documents: string
}

/** Times about the moment from which on data is too young. */
export interface Times {
  readonly dayBefore: string
  readonly before: string
  readonly at: string
  readonly after: string
  readonly dayAfter: string
}

/** A claim that was begun and never submitted, with rows of every kind, disabled ones included. */
export function begun(n: number, ages: Ages): Rows {
  const holder = { FirstName: 'Ailsa', LastName: 'Brackenridge', DateOfBirth: '1961-01-02 00:00:00' }
  const rows = edit(firstTimeClaim(n), {
    'ExtSchema.Task': remove(),
    'ExtSchema.Eligibility': set({ Status: 'IN-PROGRESS', DateSubmitted: null }),
    'ExtSchema.Benefit': add({
      ...{ BenefitId: 7000 + n, ...ofEligibility(n), ...holder, NationalInsuranceNumber: 'QQ654321C' },
    }),
    'ExtSchema.EligibleChild': add(eligibleChild(n, 1), eligibleChild(n, 2)),
    'ExtSchema.EligibilityVisitorUpdateContactDetail': add(
      contact(n, 1, { EmailAddress: 'someone@example.net' }),
    ),
    'ExtSchema.Claim': set({ Status: 'IN-PROGRESS', DateSubmitted: null }),
    'ExtSchema.ClaimExpense': set({ IsEnabled: false }, { ClaimExpenseId: rowId.expense(n, 2) }),
    'ExtSchema.ClaimChild': add(child(n, 1, {}), child(n, 2, { IsEnabled: false })),
    'ExtSchema.ClaimEscort': add(escort(n, 1, {}), escort(n, 2, { IsEnabled: false })),
    'ExtSchema.ClaimDocument': add(
      document(n, 3, { IsEnabled: false }),
      document(n, 4, { ClaimId: null }),
      document(n, 5, { ClaimId: null, IsEnabled: false }),
      document(n, 6, { DocumentStatus: 'upload-later', Filepath: null }),
    ),
  })
  return aged(rows, ages)
}

const aged = (rows: Rows, { eligibility, claim, documents }: Ages): Rows =>
  edit(rows, {
    'ExtSchema.Eligibility': set({ DateCreated: eligibility }),
    'ExtSchema.Claim': set({ DateCreated: claim }),
    'ExtSchema.ClaimDocument': set({ DateSubmitted: documents }),
  })

/** The same of a claimant whose eligibility is inside already. */
export const begunAgain = (n: number, claim: string, documents: string): Rows => {
  const rows = entriesOf(begun(n, { eligibility: claim, claim, documents }))
  const ofEligibilityOnly = ['Eligibility', 'Prisoner', 'Visitor', 'Benefit', 'EligibleChild']
  return Object.fromEntries(rows.filter(([table]) => !ofEligibilityOnly.includes(table.split('.')[1] ?? '')))
}

const otherClaimId = (n: number) => 2_000_000 + n * 100
/** Another claim of claimant `n`, with an expense and a document of its own. */
export function otherClaim(n: number, created: string): Rows {
  const ids = { ...ofClaim(n), ClaimId: otherClaimId(n) }
  const [claim] =
    begun(n, { eligibility: created, claim: created, documents: created })['ExtSchema.Claim'] ?? []
  return {
    'ExtSchema.Claim': [{ ...claim, ...ids }],
    'ExtSchema.ClaimExpense': [
      { ClaimExpenseId: rowId.expense(n, 7), ...ids, ExpenseType: 'bus', Cost: 3.2, IsEnabled: true },
    ],
    'ExtSchema.ClaimDocument': [document(n, 7, { ...ids, DateSubmitted: created })],
  }
}

/** The files that rows name. */
export const filesOf = (rows: Rows): string[] =>
  (rows['ExtSchema.ClaimDocument'] ?? []).flatMap(({ Filepath }) =>
    typeof Filepath === 'string' ? [Filepath] : [],
  )

export const goes = (about: string, given: Rows): CleanUpCase => ({
  about,
  given,
  left: onlyTasks(given),
  files: filesOf(given),
})
export const stays = (about: string, given: Rows): CleanUpCase => ({ about, given, left: given, files: [] })

const onlyTasks = (rows: Rows): Rows => {
  const { 'ExtSchema.Task': tasks } = rows
  return tasks ? { 'ExtSchema.Task': tasks } : {}
}

/** Each list, on both sides of its boundary. */
export function boundaryCases(first: number, time: Times): CleanUpCase[] {
  let n = first
  const { dayBefore, before, at, after, dayAfter } = time
  const young = { eligibility: dayAfter, claim: dayAfter, documents: dayAfter }
  const justBefore = `${before}.999`
  const names: [string, string][] = [
    [dayBefore, 'a day before'],
    [before, 'a second before'],
    [justBefore, 'a millisecond before'],
    [at, 'at the time'],
    [`${at}.000`, 'at the time, spelt with milliseconds'],
    [after, 'a second after'],
    [dayAfter, 'a day after'],
  ]
  const isOld = (when: string) => when < at
  return names.flatMap(([when, about]) => {
    const verdict = isOld(when) ? goes : stays
    const ofDocuments = begun(++n, { ...young, documents: when })
    return [
      verdict(`an eligibility created ${about}`, begun(++n, { ...young, eligibility: when })),
      verdict(`a claim created ${about}`, begun(++n, { ...young, claim: when })),
      verdict(`a claim of an eligibility that is inside, created ${about}`, begunAgain(++n, when, dayAfter)),
      isOld(when)
        ? {
            about: `documents submitted ${about}`,
            given: ofDocuments,
            left: edit(ofDocuments, { 'ExtSchema.ClaimDocument': remove() }),
            files: filesOf(ofDocuments),
          }
        : stays(`documents submitted ${about}`, ofDocuments),
    ]
  })
}

/** Which rows belong together. */
export function belongingCases(first: number, { dayBefore: old, dayAfter: young }: Times): CleanUpCase[] {
  const [n1, n2, n3, n4, n5] = [first + 1, first + 2, first + 3, first + 4, first + 5]
  const oldClaim = begun(n2, { eligibility: young, claim: old, documents: young })
  const again = begunAgain(n3, old, young)
  const never = begun(n4, { eligibility: young, claim: young, documents: young })
  const neverSubmitted = edit(never, { 'ExtSchema.ClaimDocument': set({ DateSubmitted: null }) })
  return [
    goes(
      'the young claims of an old eligibility',
      merge(begun(n1, { eligibility: old, claim: young, documents: young }), otherClaim(n1, young)),
    ),
    besideYoung(
      'an old claim of a young eligibility, beside a young one',
      n2,
      oldClaim,
      otherClaim(n2, young),
    ),
    besideYoung('an old repeat claim beside a young one', n3, again, otherClaim(n3, young)),
    goes('both of two old repeat claims', merge(begunAgain(n5, old, old), otherClaim(n5, old))),
    stays('documents that were never submitted, of a young claim', neverSubmitted),
  ]
}

/** The young claim keeps what belongs to both of them. */
function besideYoung(about: string, n: number, old: Rows, young: Rows): CleanUpCase {
  const its = remove({ ClaimId: claimIds(n).ClaimId })
  const left = edit(old, {
    'ExtSchema.Claim': its,
    'ExtSchema.ClaimExpense': its,
    'ExtSchema.ClaimBankDetail': its,
    'ExtSchema.ClaimChild': its,
    'ExtSchema.ClaimEscort': its,
    'ExtSchema.ClaimDocument': its,
  })
  const kept = filesOf(left)
  return {
    about,
    given: merge(old, young),
    left: withoutEmpty(merge(left, young)),
    files: filesOf(old).filter((file) => !kept.includes(file)),
  }
}

const withoutEmpty = (rows: Rows): Rows =>
  Object.fromEntries(entriesOf(rows).filter(([, list]) => list.length))

/** Tasks that have not ended, and such as have. */
export function handOverCases(first: number, { dayBefore: old, dayAfter: young }: Times) {
  let n = first
  const oldRows = (k: number) => begun(k, { eligibility: old, claim: old, documents: old })
  const withTask = (columns: Row, rows = oldRows) => {
    const number = ++n
    const task = pendingTask(number, 'COMPLETE-CLAIM', columns)
    return merge(rows(number), { 'ExtSchema.Task': [task] })
  }
  const again = (k: number) => begunAgain(k, old, old)
  const onlyDocuments = (k: number): Rows => {
    const { 'ExtSchema.ClaimDocument': documents = [] } = begun(k, {
      eligibility: young,
      claim: young,
      documents: old,
    })
    return { 'ExtSchema.ClaimDocument': documents }
  }
  const owed = withTask({ Status: 'IN-PROGRESS' })
  return {
    held: [
      stays('a claim whose task waits', withTask({})),
      stays('a repeat claim whose task waits', withTask({}, again)),
      stays('an eligibility whose other claim has a task that waits', withTask({ ClaimId: 5 })),
      stays(
        'documents of a claim whose task waits',
        withTask({ Task: 'REQUEST-INFORMATION-RESPONSE' }, onlyDocuments),
      ),
      stays('a claim whose task is owed', owed),
      stays('a claim whose task has failed, and nobody has dealt with it', withTask({ Status: 'FAILED' })),
      stays(
        'documents of an answer that has failed, and nobody has dealt with it',
        withTask({ Task: 'REQUEST-INFORMATION-RESPONSE', Status: 'FAILED' }, onlyDocuments),
      ),
      stays('a claim whose task nobody knows of', withTask({ Status: 'IN-PROGRESS' })),
    ],
    ended: [
      goes('a claim whose task somebody has given up', withTask({ Status: 'DISCARDED' })),
      goes(
        'a claim with an email that has failed',
        withTask({ Task: 'SEND-MALWARE-ALERT', Status: 'FAILED' }),
      ),
      goes('a claim with a task of a test', withTask({ Status: 'TEST' })),
      goes('documents of a claim whose task has ended', withTask({ Status: 'COMPLETE' }, onlyDocuments)),
    ],
    outbox: (owed['ExtSchema.Task'] ?? []).map(({ TaskId }) => outboxRow(Number(TaskId))),
  }
}

function outboxRow(taskId: number) {
  const now = '2024-03-13 04:00:00.000'
  return {
    ...{ MessageId: taskMessageId({ schema: 'ExtSchema', taskId, run: 1 }), Subject: 'claims.submitted' },
    ...{ Body: '{}', TaskSchema: 'ExtSchema', TaskId: taskId, Run: 1, State: 'PUBLISHED', Attempts: 0 },
    ...{ DateCreated: now, DateLastHeard: now },
  }
}
