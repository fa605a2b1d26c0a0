import type { ClaimCase } from '../claim-cases.js'
import { pendingTask, rowId } from '../claim-rows.js'
import { claimJobs, dueClaims, stays, type ClaimJob } from '../daily-claims.js'
import { edit, merge, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'

/** Claims that are due, with tasks for them that are open, or dealt with. */

const answer = 'REQUEST-INFORMATION-RESPONSE'
const information = 'SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION'
const evidence = 'ADVANCE-CLAIM-EVIDENCE-REMINDER-NOTIFICATION'
const rejection = 'REJECT-CLAIM-NOTIFICATION'

type Schema = 'ExtSchema' | 'IntSchema'
type TaskOf = (n: number) => Row

const task =
  (name: string, Status: string, columns: Row = {}): TaskOf =>
  (n) =>
    pendingTask(n, name, { Status, ...columns })
const later =
  (name: string, Status: string, columns: Row = {}): TaskOf =>
  (n) =>
    pendingTask(n, name, { TaskId: rowId.task(n, 1), Status, ...columns })

export function underWayCases(date: string): ClaimCase[] {
  let n = 0
  const one = (
    job: ClaimJob,
    about: string,
    held: boolean,
    schema: Schema,
    ...tasks: TaskOf[]
  ): ClaimCase => {
    // Of claims with odd numbers the first reminder of evidence is due.
    n += 1
    const due = dueClaims[job](n * 2 + 1, date)
    const table = `${schema}.Task` as const
    const its: Rows = { [table]: tasks.map((of) => of(n * 2 + 1)) }
    const given = merge(due.given, its)
    return {
      about: `${job}: ${about} (${schema}, claim ${n * 2 + 1})`,
      given,
      expected: held ? stays(n, given) : merge(due.expected, its),
    }
  }
  const cases: ClaimCase[] = []
  for (const job of claimJobs) {
    for (const schema of ['ExtSchema', 'IntSchema'] as const) {
      for (const status of ['PENDING', 'IN-PROGRESS', 'FAILED'])
        cases.push(one(job, `an answer that is ${status}`, true, schema, task(answer, status)))
      cases.push(one(job, 'an answer that was taken in', false, schema, task(answer, 'COMPLETE')))
    }
    cases.push(
      one(job, 'an answer somebody else deals with', false, 'ExtSchema', task(answer, 'TEST')),
      one(
        job,
        'an answer that failed before another',
        false,
        'ExtSchema',
        ...[task(answer, 'FAILED'), later(answer, 'COMPLETE')],
      ),
      one(
        job,
        'an answer that failed after another',
        true,
        'ExtSchema',
        ...[task(answer, 'COMPLETE'), later(answer, 'FAILED')],
      ),
      one(
        job,
        'a failed answer, and a later task of another kind',
        true,
        'IntSchema',
        ...[task(answer, 'FAILED'), later('DWP-CHECK', 'COMPLETE')],
      ),
      one(job, 'another claim’s answer', false, 'ExtSchema', (k) => ({
        ...task(answer, 'PENDING')(k),
        ClaimId: 5,
      })),
    )
  }
  const data = (kind: string) => ({ AdditionalData: `someone@example.com~~${kind}Reminder` })
  for (const status of ['PENDING', 'IN-PROGRESS', 'FAILED'])
    cases.push(
      one(
        'remind-of-evidence',
        `the same reminder ${status}`,
        true,
        'IntSchema',
        task(evidence, status, data('first')),
      ),
      one(
        'remind-of-evidence',
        `the other reminder ${status}`,
        false,
        'IntSchema',
        task(evidence, status, data('second')),
      ),
      one(
        'remind-of-information',
        `the same reminder ${status}`,
        true,
        'IntSchema',
        task(information, status),
      ),
      one('reject-silent-claims', `the reminder ${status}`, true, 'IntSchema', task(information, status)),
      one(
        'reject-silent-claims',
        `the rejection’s email ${status}`,
        true,
        'IntSchema',
        task(rejection, status),
      ),
    )
  cases.push(
    one(
      'remind-of-evidence',
      'the same reminder failed, the other was sent later',
      true,
      'IntSchema',
      ...[task(evidence, 'FAILED', data('first')), later(evidence, 'COMPLETE', data('second'))],
    ),
    one(
      'remind-of-evidence',
      'the same reminder failed, and was sent later',
      false,
      'IntSchema',
      ...[task(evidence, 'FAILED', data('first')), later(evidence, 'COMPLETE', data('first'))],
    ),
    one('remind-of-information', 'a reminder of before', false, 'IntSchema', task(information, 'COMPLETE')),
  )
  return cases
}

/** For each job, a claim of an eligibility with visitors of these addresses, the oldest first. */
export function visitorCases(date: string, addresses: readonly string[], used: string | null): ClaimCase[] {
  return claimJobs.map((job, k) => {
    const n = 901 + k * 2
    const due = dueClaims[job](n, date)
    const [visitor] = due.given['IntSchema.Visitor'] ?? []
    const visitors = addresses.map((EmailAddress, i) => ({
      ...visitor,
      ...{ VisitorId: 50_000 + n * 10 + i, EmailAddress },
    }))
    const withVisitors = (rows: Rows) => edit(rows, { 'IntSchema.Visitor': () => visitors })
    const given = withVisitors(due.given)
    const reminds = job.startsWith('remind')
    const suffix = job === 'remind-of-evidence' ? '~~firstReminder' : ''
    const expected = edit(withVisitors(due.expected), {
      'IntSchema.Task': set({ AdditionalData: used === null ? null : `${used}${suffix}` }),
    })
    return { about: job, given, expected: reminds && used === null ? given : expected }
  })
}
