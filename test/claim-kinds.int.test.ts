import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deadLetterSubject, streams, subjects } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { BareClient } from './support/bare-client.js'
import { benefitAnswers, benefitCases, uncheckedBenefitCases } from './support/cases/benefit.cases.js'
import { journeyCases, routes, unansweredOrigin } from './support/cases/journey.cases.js'
import { migrationCases } from './support/cases/migration.cases.js'
import { refusedCases } from './support/cases/refused.cases.js'
import { taskCases } from './support/cases/task.cases.js'
import {
  emailLine,
  emailsFor,
  emailsSent,
  foundRows,
  handledAt,
  inFull,
  rowsNow,
  runAgain,
  runsOf,
  strayRows,
  submit,
  type ClaimCase,
} from './support/claim-cases.js'
import { emailOf, migrated, tasksDone } from './support/claim-ends.js'
import {
  claimIds,
  earlierClaimId,
  firstTimeClaim,
  pendingTask,
  rowId,
  settledClaimant,
} from './support/claim-rows.js'
import { add, edit, merge, remove, set } from './support/row-sets.js'
import type { Rows } from './support/rows.js'
import { messageIdNow } from './support/message-ids.js'
import { startClaimServices } from './support/run-example.js'
import { System } from './support/system.js'

/** A Wednesday in office hours. */
const clock = '2024-03-13 11:30:00'
/** The newest enabled row holds: its rate per mile, and the defaults for all that it leaves empty. */
const config: Rows = {
  'IntSchema.AutoApprovalConfig': [
    { AutoApprovalConfigId: 1, DateCreated: '2024-01-01 00:00:00', IsEnabled: true, CostPerMile: 0.99 },
    { AutoApprovalConfigId: 2, DateCreated: '2024-02-01 00:00:00', IsEnabled: true, CostPerMile: 0.45 },
    { AutoApprovalConfigId: 3, DateCreated: '2024-03-01 00:00:00', IsEnabled: false, CostPerMile: 0.11 },
  ],
}
const feedback: Rows = {
  'ExtSchema.Task': [
    {
      TaskId: 7,
      Task: 'FEEDBACK_SUBMITTED',
      AdditionalData: 'satisfied~~more trains~~happy@example.org',
      DateCreated: '2024-03-13 09:00:00',
      Status: 'PENDING',
    },
  ],
}
const cases = [...migrationCases, ...refusedCases, ...journeyCases, ...benefitCases, ...taskCases]

/** Claims of every kind at once, through the real services; then each one's rows in every table. */
describe('a claim', () => {
  let system: System
  let client: BareClient

  beforeAll(async () => {
    system = await System.start({ clock, services: [] })
    client = await BareClient.connect(system.nats.url)
    const { benefitChecker, directions } = system.simulators
    benefitChecker.setAnswers({ bySurname: benefitAnswers })
    directions.setByOrigin(routes)
    const match = ({ origin }: { origin: string }) => origin === unansweredOrigin
    directions.misbehave({ kind: 'status', status: 503, when: { match } })
    await submit(system, config, feedback, ...cases.map(({ given }) => given))
    await startClaimServices(system)
    await system.settled(60_000)
  }, 180_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  const endsAsExpected = async ({ given, expected }: Pick<ClaimCase, 'given' | 'expected'>) =>
    expect(await foundRows(system, given)).toEqual(inFull(expected))

  it.each(migrationCases)('$about', endsAsExpected)
  it.each(journeyCases)('$about', endsAsExpected)
  it.each(benefitCases)('benefit check: $about', endsAsExpected)

  it.each(refusedCases)('not migrated: $about', async ({ n, reason, ...rows }) => {
    await endsAsExpected(rows)
    const run = { State: 'FAILED', LastReason: reason }
    expect(await runsOf(system, 'ExtSchema', rowId.task(n))).toEqual([run])
    const letters = await client.read(streams.deadLetters.name)
    expect(letters.filter(({ body }) => body.includes(claimIds(n).Reference))).toMatchObject([
      {
        subject: deadLetterSubject('complete-claim'),
        headers: {
          [deadLetterHeaders.reason]: reason,
          'ce-id': await messageIdNow(system.connection, 'ExtSchema', rowId.task(n)),
        },
      },
    ])
  })

  it.each(taskCases)('task: $about', async ({ schema, taskId, runs, ...rows }) => {
    await endsAsExpected(rows)
    expect(await runsOf(system, schema, taskId)).toEqual(runs)
  })

  it('leaves nothing in any table that is nobody’s, and sends each email once', async () => {
    const known = cases.map(({ given }) => given)
    expect(await strayRows(system, merge(config, feedback), known)).toEqual(
      inFull(merge(config, tasksDone(feedback))),
    )
    expect(emailsSent(system)).toEqual(emailsFor(...cases.map(({ expected }) => expected)))
  })

  it('refused for want of a bank detail is migrated once that is there and its task is PENDING again', async () => {
    system.clock.set('2024-03-13 13:00:00')
    const rows = firstTimeClaim(21)
    await submit(system, { 'ExtSchema.ClaimBankDetail': rows['ExtSchema.ClaimBankDetail'] ?? [] })
    await runAgain(system, 'ExtSchema', rowId.task(21))
    await system.settled()
    await endsAsExpected({ given: rows, expected: migrated(21, rows) })
    const failed = { State: 'FAILED', LastReason: 'bank-detail-missing' }
    expect(await runsOf(system, 'ExtSchema', rowId.task(21))).toEqual([
      failed,
      { State: 'DONE', LastReason: null },
    ])
  })

  it('migrated before is left as it is when its task is set back to PENDING', async () => {
    system.clock.set('2024-03-13 14:00:00')
    const taskId = rowId.task(1)
    const before = await rowsNow(system, firstTimeClaim(1))
    await runAgain(system, 'ExtSchema', taskId)
    await system.settled()
    await endsAsExpected({
      given: before,
      expected: edit(before, { 'ExtSchema.Task': set({ DateProcessed: '@now' }, { TaskId: taskId }) }),
    })
    const done = { State: 'DONE', LastReason: null }
    expect(await runsOf(system, 'ExtSchema', taskId)).toEqual([done, done])
  })

  it('migrated before is left as it is when its task is inserted again', async () => {
    system.clock.set('2024-03-13 15:00:00')
    const before = await rowsNow(system, firstTimeClaim(1))
    const again = pendingTask(1, 'COMPLETE-CLAIM', { TaskId: rowId.task(1, 1), AdditionalData: 'first-time' })
    await submit(system, { 'ExtSchema.Task': [again] })
    await system.settled()
    const given = edit(before, { 'ExtSchema.Task': add(again) })
    await endsAsExpected({ given, expected: tasksDone(given) })
  })

  it('published directly, without a task or headers, ends as one with them', async () => {
    const rows = firstTimeClaim(71)
    const given = edit(rows, { 'ExtSchema.Task': remove() })
    await submit(system, given)
    const { Reference: reference, EligibilityId: eligibilityId, ClaimId: claimId } = claimIds(71)
    const published = await client.publish(subjects.claimSubmitted, {
      ...{ reference, eligibilityId, claimId },
    })
    await handledAt(system, 'complete-claim', published)
    await system.settled()
    const expected = edit(migrated(71, rows), { 'ExtSchema.Task': remove() })
    await endsAsExpected({ given, expected })
  })

  it.each([
    [subjects.notifyClaimSubmitted, 'SUBMIT_CLAIM', 72],
    [subjects.notifyBenefitCheckFailed, 'REQUEST_INFORMATION_CLAIM', 73],
    [subjects.notifyClaimAccepted, 'ACCEPTED_CLAIM_BANK', 74],
  ] as const)('%s published directly goes to the visitor', async (subject, template, n) => {
    const given = settledClaimant(n)
    await submit(system, given)
    const { Reference: reference, EligibilityId: eligibilityId } = claimIds(n)
    const body = { reference, eligibilityId, claimId: earlierClaimId(n) }
    await handledAt(system, 'send-email', await client.publish(subject, body))
    expect(emailsSent(system, reference)).toEqual([emailLine(reference, template, emailOf(given))])
    await endsAsExpected({ given, expected: given })
  })
})

describe('with the benefit checker switched off', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({ clock, env: { APVS_DWP_BENEFIT_CHECKER_ENABLED: 'false' }, services: [] })
    await submit(system, ...uncheckedBenefitCases.map(({ given }) => given))
    await startClaimServices(system)
    await system.settled()
  })

  afterAll(() => system.stop())

  it.each(uncheckedBenefitCases)('benefit check: $about', async ({ given, expected }) => {
    expect(await foundRows(system, given)).toEqual(inFull(expected))
    expect(system.simulators.benefitChecker.requests).toBe(0)
  })
})
