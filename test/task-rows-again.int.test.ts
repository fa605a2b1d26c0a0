import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { streams } from '#shared/contracts'
import { TaskRows } from '#shared/operations'
import { notifyError } from '../testing/simulators/index.js'
import { runAgain, runsOf, submit } from './support/claim-cases.js'
import {
  claimIds,
  earlierClaimId,
  people,
  pendingTask,
  rowId,
  settledClaimant,
} from './support/claim-rows.js'
import { messageIdNow } from './support/message-ids.js'
import { readRows } from './support/rows.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

let system: System
beforeAll(async () => {
  system = await System.start({ services: ['task-relay', 'notifier'] })
}, 120_000)
afterAll(() => system.stop())

const email = (n: number, k = 0) =>
  pendingTask(n, 'SEND-CLAIM-NOTIFICATION', {
    ...{ TaskId: rowId.task(n, k), ClaimId: earlierClaimId(n) },
    AdditionalData: people(n).visitor.EmailAddress,
  })
const withEmail = (n: number) => submit(system, settledClaimant(n), { 'IntSchema.Task': [email(n)] })
const referencesSent = (n: number) =>
  system.simulators.notify.calls
    .filter(({ personalisation }) => personalisation.reference === claimIds(n).Reference)
    .map(({ reference }) => reference)
const id = (n: number, run: number, k = 0) =>
  messageIdNow(system.connection, 'IntSchema', rowId.task(n, k), run)
const done = { State: 'DONE', LastReason: null }
async function statusOf(n: number, k = 0): Promise<unknown> {
  const rows = (await readRows(system.connection, ['IntSchema.Task']))['IntSchema.Task'] ?? []
  return rows.find(({ TaskId }) => TaskId === rowId.task(n, k))?.Status
}
const refusal = { kind: 'status', status: 400, body: notifyError(400, 'BadRequestError', 'no') } as const
const ops = (line: string) => runOps(`tasks ${line}`, { ...system.database.env, ...system.nats.envOf('ops') })

describe('a Task row', () => {
  it('set back to PENDING by hand runs again: a person asked for the email once more', async () => {
    await withEmail(1)
    await system.settled()
    await runAgain(system, 'IntSchema', rowId.task(1))
    await system.settled()
    expect(referencesSent(1)).toEqual([await id(1, 1), await id(1, 2)])
    expect(await runsOf(system, 'IntSchema', rowId.task(1))).toEqual([done, done])
  })

  it('inserted again runs again', async () => {
    await withEmail(2)
    await system.settled()
    await submit(system, { 'IntSchema.Task': [email(2, 1)] })
    await system.settled()
    expect(referencesSent(2)).toEqual([await id(2, 1), await id(2, 1, 1)])
  })

  it('set back while its message is under way runs only once', async () => {
    await system.stopService('notifier')
    await withEmail(3)
    await until('it is under way', async () => (await statusOf(3)) === 'IN-PROGRESS')
    await runAgain(system, 'IntSchema', rowId.task(3))
    await until('the relay has seen that it is', async () => (await statusOf(3)) === 'IN-PROGRESS')
    await system.startService('notifier')
    await system.settled()
    expect(referencesSent(3)).toEqual([await id(3, 1)])
    expect(await runsOf(system, 'IntSchema', rowId.task(3))).toEqual([done])
  })
})

describe('tasks', () => {
  afterEach(() => vi.restoreAllMocks())

  it('that failed are listed and retried under the id they had', async () => {
    system.simulators.notify.misbehave(refusal)
    await withEmail(4)
    await until('it has failed', async () => (await statusOf(4)) === 'FAILED')
    system.simulators.notify.behaveWell()
    const { Reference } = claimIds(4)
    const { out } = await ops(`list --reference ${Reference}`)
    expect(out[1]).toMatch(
      new RegExp(`^IntSchema.Task.4000 +SEND-CLAIM-NOTIFICATION +${Reference} .+ 1 +\\S+$`),
    )
    expect(out.join()).not.toContain(people(4).visitor.EmailAddress)
    expect((await ops(`retry --schema int --id 4000 --dry-run`)).out.at(-1)).toBe('would be: 1 retried')
    expect(await statusOf(4)).toBe('FAILED')

    expect((await ops('retry --task SEND-CLAIM-NOTIFICATION --newer-than 1h')).code).toBe(0)
    await system.settled()
    expect(referencesSent(4)).toEqual([await id(4, 1)])
    const letters = await runOps('dead-letters retry --all', {
      ...system.database.env,
      ...system.nats.envOf('ops'),
    })
    expect(letters.out.at(-1)).toBe('1 done-already')
    await system.answered(streams.notifications.name)
    expect(referencesSent(4)).toHaveLength(1)
  })

  it('that never had a message get a new run', async () => {
    const row = { ...email(5), ClaimId: null }
    await submit(system, settledClaimant(5), { 'IntSchema.Task': [row] })
    await until('it has failed', async () => (await statusOf(5)) === 'FAILED')
    const { db } = system.connection
    await db
      .updateTable('IntSchema.Task')
      .set({ ClaimId: earlierClaimId(5) })
      .where('TaskId', '=', rowId.task(5))
      .execute()
    expect((await ops('retry --all --json')).out.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { outcomes: { 'new-run': 1 }, rows: [{ schema: 'IntSchema', taskId: 5000 }] },
    ])
    await until('it is done', async () => (await statusOf(5)) === 'COMPLETE')
    expect(referencesSent(5)).toEqual([await id(5, 2)])
  })

  it.each([
    ['', 2, 'what is to be done: list, retry, close, cancel?'],
    ['retry', 2, 'which tasks: a filter or --all'],
    ['retry 12', 2, 'a row is named by --schema and --id'],
    ['retry --id 12', 2, '--id needs --schema'],
    ['retry --schema both', 2, '--schema is ext or int'],
    ['retry --reference=', 2, '--reference is empty'],
    ['retry --all --task X', 2, '--all, or which ones: not both'],
    ['cancel --schema ext', 2, 'cancel is about one row: --schema and --id'],
    ['cancel --schema ext --id 7 --status PENDING', 2, 'only a row that waits is for cancel'],
    ['retry --status PENDING', 2, 'only failed rows are for retry'],
    ['list --status LOST', 2, 'the status is one of PENDING'],
    ['list --newer-than x', 2, '--newer-than is an age'],
    ['retry --schema ext --id 12', 1, 'no failed task is meant by that'],
  ])('"%s" is told in one line', async (args, code, reason) => {
    const answer = await ops(args)
    expect({ ...answer, err: answer.err.length }).toEqual({ code, out: [], err: 1 })
    expect(answer.err[0]).toContain(reason)
  })

  it('that somebody else retries at the same moment are not said to be run by both', async () => {
    await submit(system, settledClaimant(8), { 'IntSchema.Task': [{ ...email(8), Status: 'FAILED' }] })
    vi.spyOn(TaskRows.prototype, 'find').mockImplementationOnce(async function (this: TaskRows, ...given) {
      const rows = await this.find(...given)
      await runAgain(system, 'IntSchema', rowId.task(8))
      return rows
    })
    const { out, err } = await ops('retry --schema int --id 8000')
    const row = 'IntSchema.Task.8000 (SEND-CLAIM-NOTIFICATION)'
    expect({ out, err }).toEqual({ out: [`${row}: changed-meanwhile`, '1 changed-meanwhile'], err: [] })
    await system.settled()
    expect(referencesSent(8)).toHaveLength(1)
  })
})
