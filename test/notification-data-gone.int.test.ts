import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addDays, dayOf, toLondon, type LocalTime } from '#shared/clock'
import { taskOfId } from '#shared/contracts'
import type { NewRow } from '#shared/database'
import { DeliveryRecord, Inbox } from '#shared/unit-of-work'
import { insertTask, tasks } from '../libs/client/src/index.js'
import { PendingTasks } from '../apps/task-relay/src/relay-tasks/pending-tasks.repository.js'
import { TemplateFile, templates24 } from './support/notification-templates.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** The broker's clock releases what waits, and cannot be set. */
const day = dayOf(toLondon(new Date()))
const code = { template: 'code', to: '07700 900123', personalisation: { code: '4711' } }

let system: System
let file: TemplateFile

beforeAll(async () => {
  file = new TemplateFile(templates24)
  system = await System.start({
    clock: `${day} 10:00:00`,
    services: ['task-relay', 'notifier'],
    env: { NOTIFICATION_TEMPLATES: file.path },
  })
}, 120_000)
afterAll(async () => {
  await system.stop()
  file.remove()
})

type Columns = Partial<NewRow<'IntSchema.Task'>>

/** Inserts a row as a web app does, but for what is given. @returns its number */
async function insert(data: object, columns: Columns = {}, notBefore?: Date): Promise<number> {
  const [task] = tasks.notification({ template: 'code', to: '07700 900123' })
  if (!task) throw new Error('there is no task')
  const { db, dialect } = system.connection
  const DateCreated = system.clock.now()
  const [made] = await insertTask(
    { ...task, row: { ...task.row, AdditionalData: JSON.stringify(data) } },
    (_, row) =>
      dialect
        .returning(db.insertInto('IntSchema.Task').values({ ...row, DateCreated, ...columns }), ['TaskId'])
        .execute(),
    { notBefore },
  )
  return made?.TaskId ?? 0
}

const rowOf = (taskId: number) =>
  system.connection.db
    .selectFrom('IntSchema.Task')
    .select(['Status', 'AdditionalData'])
    .where('TaskId', '=', taskId)
    .executeTakeFirstOrThrow()

const runsOf = (taskId: number) =>
  system.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select(['MessageId', 'Subject', 'State', 'LastReason'])
    .where('TaskId', '=', taskId)
    .where('TaskSchema', '=', 'IntSchema')
    .orderBy('Run')
    .execute()

async function ends(taskId: number, state: string, reason: string | null = null): Promise<number> {
  await until(`${taskId} is ${state}`, async () => {
    const last = (await runsOf(taskId)).at(-1)
    return last?.State === state && last.LastReason === reason
  })
  return taskId
}

const operate = async (line: string) => {
  const {
    out,
    err,
    code: exit,
  } = await runOps(line, {
    ...{ ...system.database.env, ...system.nats.envOf('ops'), OPERATOR: 'ada' },
    CLOCK_START: system.clock.now().slice(0, 19),
  })
  return { words: [...out, ...err].join('\n'), exit }
}

const inDays = (days: number): Date => new Date(system.clock.instant().getTime() + days * 86_400_000)
const refused = (taskId: number) => ends(taskId, 'FAILED', 'template-unknown')
const unknown = { ...code, template: 'not-there' }

/** As an older release left it, which did not know the task. */
async function ofOlderRelease(): Promise<number> {
  const now: LocalTime = system.clock.now()
  const TaskId = await insert(code, { Status: 'FAILED', DateProcessed: now })
  const times = { DateCreated: now, DateLastHeard: now, DateEnded: now }
  await system.connection.db
    .insertInto('AsyncSchema.Outbox')
    .values({
      ...{
        MessageId: `IntSchema.Task.${TaskId}.1`,
        Subject: '',
        Body: '{}',
        TaskSchema: 'IntSchema',
        TaskId,
      },
      ...{ Run: 1, State: 'FAILED', Attempts: 0, LastReason: 'unknown-task', ...times },
    })
    .execute()
  return TaskId
}

/** Every end that a row can have. */
const all: Readonly<Record<string, () => Promise<number>>> = {
  sent: async () => ends(await insert(code), 'DONE'),
  'sent twice, for somebody had it run again': async () => {
    const taskId = await ends(await insert(code), 'DONE')
    await setPending(taskId)
    await until('it ran again', async () => (await runsOf(taskId)).length === 2)
    return ends(taskId, 'DONE')
  },
  'refused by its handler': async () => refused(await insert(unknown)),
  'refused by Notify': async () =>
    ends(
      await insert({ ...code, template: 'overdue', to: 'a..b@example.org', personalisation: overdue }),
      ...(['FAILED', 'notify-400-address'] as const),
    ),
  'expired before it was sent': async () =>
    ends(await insert({ ...code, expires: inDays(-1).toISOString() }), 'FAILED', 'expired'),
  'refused again, as it was retried': async () => {
    const taskId = await refused(await insert(unknown))
    expect((await operate(`tasks retry --schema int --id ${taskId} --reason testing`)).words).toContain(
      '1 retried',
    )
    return refused(taskId)
  },
  'given up after its last try': async () => {
    const taskId = await ends(await insert(code, {}, inDays(40)), 'WAITING')
    const [run] = await runsOf(taskId)
    const id = run?.MessageId ?? ''
    const task = taskOfId(id)
    const inbox = new Inbox(system.connection, system.clock)
    await new DeliveryRecord(system.connection, inbox, system.clock).gaveUp(
      { consumer: 'send-notification', id, ...(task ? { task } : {}) },
      'timed-out',
    )
    return ends(taskId, 'FAILED', 'timed-out')
  },
  'closed by an operator': async () => {
    const taskId = await refused(await insert(unknown))
    expect((await operate(`tasks close --schema int --id ${taskId} --reason testing`)).exit).toBe(0)
    return taskId
  },
  'discarded, its dead letter': async () => {
    const taskId = await refused(await insert({ ...code, template: 'not-there-either' }))
    expect((await operate('dead-letters discard --reason template-unknown --why testing')).exit).toBe(0)
    return taskId
  },
  'called off while it waited': async () => {
    const taskId = await ends(await insert(code, {}, inDays(10)), 'WAITING')
    expect((await operate(`tasks cancel --schema int --id ${taskId} --reason testing`)).exit).toBe(0)
    return ends(taskId, 'CANCELLED', 'cancelled')
  },
  'refused as it was taken up': async () =>
    ends(await insert(code, { DateProcessed: toLondon(inDays(400)) }), 'FAILED', 'not-before-too-far'),
  'refused by an older release, which did not know the task': ofOlderRelease,
  'failed, for our own code could not take it': async () => {
    await system.stopService('task-relay')
    const taskId = await insert(code)
    await new PendingTasks(system.connection, system.clock).fail('IntSchema', taskId, 'TypeError')
    await system.startService('task-relay')
    return ends(taskId, 'FAILED', 'TypeError')
  },
}

const overdue = { name: 'A', requestsCount: 1, servicesUrl: '' }
const setPending = (taskId: number) =>
  system.connection.db
    .updateTable('IntSchema.Task')
    .set({ Status: 'PENDING' })
    .where('TaskId', '=', taskId)
    .execute()

describe('the data of a row that was', () => {
  const ids = new Map<string, number>()
  let waiting = 0

  beforeAll(async () => {
    for (const [end, come] of Object.entries(all)) ids.set(end, await come())
    waiting = await ends(await insert(code, {}, inDays(360)), 'WAITING')
    system.clock.set(`${addDays(day, 29)} 10:00:00`)
    await system.fire('daily')
  }, 120_000)

  const dataOf = async (taskId = 0) => (await rowOf(taskId)).AdditionalData

  it('ended is there for its days, whatever became of it', async () => {
    for (const [end, taskId] of ids) expect([end, await dataOf(taskId)]).toEqual([end, expect.any(String)])
  })

  describe('after these days', () => {
    beforeAll(async () => {
      system.clock.set(`${addDays(day, 31)} 10:00:00`)
      await system.fire('daily')
    })

    it.each(Object.keys(all))('%s is gone', async (end) => {
      expect(await dataOf(ids.get(end))).toBeNull()
    })

    it('and waits is there', async () => expect(await dataOf(waiting)).toEqual(expect.any(String)))
  })
})
