import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import type { Environment } from '#shared/config'
import { Actions, ClosedTasks, databaseStatus, FailedTasks, OperatorActions } from '#shared/operations'
import { withParts } from '../apps/ops/src/connect.js'
import { provideOnce } from '../tools/provision/index.js'
import { startNatsServer, type RunningNatsServer } from '../testing/nats-server/index.js'
import { withOwnClock } from './support/shifted-clock.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

let nats: RunningNatsServer
let database: TestDatabase
let env: Environment

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
  env = { NATS_URL: nats.url, ...database.env, CLOCK_START: '2026-11-21 12:00:00' }
  await provideOnce(env, { consumers: [] })
  const row = { Task: 'DWP-CHECK', DateCreated: '2026-11-20 10:00:00', Status: 'FAILED' } as const
  await database.connection.db
    .insertInto('ExtSchema.Task')
    .values([
      { ...row, Reference: 'ABC1234', DateProcessed: '2026-11-20 10:00:05' },
      { ...row, Reference: 'ABC1235', DateProcessed: '2026-11-20 10:00:06' },
    ])
    .execute()
}, 120_000)
afterAll(async () => {
  await nats.stop()
  await database.remove()
})

const within = <T>(use: (actions: Actions, tasks: FailedTasks, rows: OperatorActions) => Promise<T>) =>
  withParts({ ...withOwnClock(env), connectMs: 5_000, nats: 'needed' }, (parts) =>
    use(parts.get(Actions), parts.get(FailedTasks), parts.get(OperatorActions)),
  )

const failedCount = async () => {
  const { tasks } = await databaseStatus(database.connection, new Date('2026-11-21T12:00:00Z'))
  return tasks.find(({ schema, status }) => schema === 'ExtSchema' && status === 'FAILED')?.count
}
const rowOf = (reference: string) =>
  database.connection.db
    .selectFrom('ExtSchema.Task')
    .selectAll()
    .where('Reference', '=', reference)
    .executeTakeFirstOrThrow()

const actor = { person: 'ada', via: 'console' } as const
const asked = { name: 'close-tasks', input: { reference: 'ABC1234' }, actor } as const

describe('a failed task that is closed', () => {
  it('is closed with a reason or not at all', async () => {
    await within(async (actions, _, rows) => {
      await expect(actions.perform(asked)).rejects.toThrow('say why')
      expect((await rows.newest(1))[0]).toMatchObject({ action: 'close-tasks', state: 'FAILED' })
      expect(await actions.preview('close-tasks', asked.input)).toEqual({ closed: 1 })
      expect(await failedCount()).toBe(2)
    })
  })

  it('counts no more, is not run again with the others, and its row is as it was', async () => {
    await within(async (actions, tasks) => {
      const before = await rowOf('ABC1234')
      const { words } = await actions.perform({ ...asked, reason: 'told by telephone' })
      expect(words).toBe('closed: 1')
      expect(await rowOf('ABC1234')).toEqual(before)
      expect(await failedCount()).toBe(1)
      const { rows, total } = await tasks.list('FAILED', {}, 10)
      expect([total, rows.map(({ reference }) => reference)]).toEqual([1, ['ABC1235']])
      expect((await actions.preview('retry-tasks', {})).total).toBe(1)
      const closed = await tasks.list('FAILED', { closed: true }, 10)
      expect(closed.rows[0]).toMatchObject({
        reference: 'ABC1234',
        closed: { person: 'ada', reason: 'told by telephone', at: expect.stringMatching(/^2026-11-21 12:/) },
      })
    })
  })

  it('is run again where it is named by its number', async () => {
    const { TaskId: id } = await rowOf('ABC1234')
    await within(async (actions) =>
      expect((await actions.preview('retry-tasks', { schema: 'ExtSchema', id })).total).toBe(1),
    )
  })

  it.each([
    ['later', '2026-11-21 12:59:00'],
    ['at an earlier time, by the clock of another', '2026-11-21 11:59:58'],
  ])('counts again when it fails again %s, and may be closed again', async (_, DateProcessed) => {
    await database.connection.db
      .updateTable('ExtSchema.Task')
      .set({ DateProcessed })
      .where('Reference', '=', 'ABC1234')
      .execute()
    expect(await failedCount()).toBe(2)
    const { TaskId: id } = await rowOf('ABC1234')
    await within(async (_, tasks) => {
      const { rows } = await tasks.list('FAILED', { schema: 'ExtSchema', id }, 10)
      expect(rows).toMatchObject([{ taskId: id }])
      expect(rows[0]?.closed).toBeUndefined()
    })
    env = { ...env, CLOCK_START: '2026-11-21 13:00:00' }
    await within(async (actions) => {
      await actions.perform({ ...asked, reason: 'told once more' })
      expect(await failedCount()).toBe(1)
    })
  })

  it('is the one that was looked at: one that fails since then is not closed', async () => {
    const { TaskId: id } = await rowOf('ABC1235')
    const closings = new ClosedTasks(database.connection, new ShiftedClock('2026-11-21 13:00:00'))
    const by = { person: 'ada', reason: 'told by telephone' }
    // Of 10:00:06 in London, when there is no summer time.
    expect(await closings.close('ExtSchema', [id], by, '2026-11-20T10:00:05.999Z')).toBe(0)
    expect(await failedCount()).toBe(1)
    expect(await closings.close('ExtSchema', [id], by, '2026-11-20T10:00:06.000Z')).toBe(1)
    expect(await failedCount()).toBe(0)
  })

  it('is counted as before where an earlier release closed it, which did not write down which failure', async () => {
    const { db } = database.connection
    await db.updateTable('AsyncSchema.TaskClosed').set({ DateFailed: null }).execute()
    expect(await failedCount()).toBe(0)
    await db.updateTable('ExtSchema.Task').set({ DateProcessed: '2026-11-21 14:00:00' }).execute()
    expect(await failedCount()).toBe(2)
  })
})
