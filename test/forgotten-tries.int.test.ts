import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, dayOf } from '#shared/clock'
import { notifyError } from '../testing/simulators/index.js'
import { emailsSent, runAgain, submit } from './support/claim-cases.js'
import {
  claimIds,
  earlierClaimId,
  people,
  pendingTask,
  rowId,
  settledClaimant,
} from './support/claim-rows.js'
import { messageIdNow } from './support/message-ids.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const start = '2024-03-13 11:30:00'
const refusal = { kind: 'status', status: 400, body: notifyError(400, 'BadRequestError', 'no') } as const
/** Whether the email was taken nobody knows. */
const failure = {
  kind: 'status',
  ...{ status: 500, body: notifyError(500, 'InternalServerError', 'no') },
  when: { times: 1 },
} as const

let system: System
beforeAll(async () => {
  const env = { DEPLOYMENT: 'staging-2' }
  system = await System.start({ clock: start, services: ['task-relay', 'notifier'], env })
}, 120_000)
afterAll(() => system.stop())

const task = (n: number) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    ...{ ClaimId: earlierClaimId(n), AdditionalData: people(n).visitor.EmailAddress },
  })
const rowOf = (n: number) =>
  system.connection.db
    .selectFrom('IntSchema.Task as t')
    .leftJoin('AsyncSchema.Outbox as o', (join) =>
      join.onRef('o.TaskId', '=', 't.TaskId').on('o.TaskSchema', '=', 'IntSchema'),
    )
    .select(['t.Status', 'o.LastReason'])
    .where('t.TaskId', '=', rowId.task(n))
    .orderBy('o.Run', 'desc')
    .executeTakeFirst()
const untilTask = (n: number, Status: string, LastReason: string | null) =>
  until(`task ${n} is ${Status}`, async () => {
    const row = await rowOf(n)
    return row?.Status === Status && row.LastReason === LastReason
  })

/** An email that Notify did not answer well, and then refused: a dead letter. */
async function refusedEmail(n: number, { afterFailure }: { afterFailure: boolean }): Promise<void> {
  const { notify } = system.simulators
  if (afterFailure) notify.misbehave(failure)
  notify.misbehave(refusal)
  await submit(system, settledClaimant(n), { 'IntSchema.Task': [task(n)] })
  await untilTask(n, 'FAILED', 'notify-400')
  notify.behaveWell()
}

async function retriedAfter(days: number, n: number): Promise<void> {
  system.clock.set(`${addDays(dayOf(start), days)} 11:30:00`)
  const env = { ...system.database.env, ...system.nats.envOf('ops') }
  expect((await runOps(`dead-letters retry --reference ${claimIds(n).Reference}`, env)).out.at(-1)).toBe(
    '1 retried',
  )
}

describe('an email whose dead letter is retried', () => {
  it('while Notify remembers it is looked for and sent, by a name that is this deployment’s own', async () => {
    await refusedEmail(1, { afterFailure: true })
    await retriedAfter(6, 1)
    await untilTask(1, 'COMPLETE', 'notify-400')
    const id = await messageIdNow(system.connection, 'IntSchema', rowId.task(1))
    expect(system.simulators.notify.calls.map(({ reference }) => reference)).toEqual([`staging-2.${id}`])
  })

  it('when Notify has forgotten it is left to people, who may have another one sent', async () => {
    system.clock.set(start)
    await refusedEmail(2, { afterFailure: true })
    await retriedAfter(8, 2)
    await untilTask(2, 'FAILED', 'notify-answer-unknown')
    expect(emailsSent(system, claimIds(2).Reference)).toEqual([])
    await runAgain(system, 'IntSchema', rowId.task(2))
    await untilTask(2, 'COMPLETE', null)
    expect(emailsSent(system, claimIds(2).Reference)).toHaveLength(1)
  })

  it('is sent whenever that is, where no try got further than a refusal', async () => {
    system.clock.set(start)
    await refusedEmail(3, { afterFailure: false })
    await retriedAfter(20, 3)
    await untilTask(3, 'COMPLETE', 'notify-400')
    expect(emailsSent(system, claimIds(3).Reference)).toHaveLength(1)
  })
})
