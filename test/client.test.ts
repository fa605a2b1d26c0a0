import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import knex from 'knex'
import {
  isTaskName,
  messageOfTask,
  messages,
  tasksWithoutWork,
  type MessageDefinition,
} from '#shared/contracts'
import { columnsOf } from '#shared/database'
import { toLondon } from '#shared/clock'
import {
  flatTable,
  insertTask,
  insertTasks,
  InvalidTaskError,
  tasks,
  type Task,
} from '../libs/client/src/index.js'

const claim = { reference: 'ABC1234', eligibilityId: 12, claimId: 34 }
const emailAddress = 'mirabel@example.org'
const toClaimant = { ...claim, emailAddress }

const ofClaim = { Reference: 'ABC1234', EligibilityId: 12, ClaimId: 34 }
const ofNobody = { Reference: null, EligibilityId: null, ClaimId: null }
const noData = { AdditionalData: null }

const definitions: readonly MessageDefinition[] = Object.values(messages)

/** Each function's task, the table, and the columns that are its own. */
const handedOver: [Task, Task['table'], Record<string, unknown>][] = inSummer(() => [
  [
    tasks.completeClaim({ ...claim, claimType: 'first-time' }),
    'ExtSchema.Task',
    { Task: 'COMPLETE-CLAIM', ...ofClaim, AdditionalData: 'first-time' },
  ],
  [
    tasks.requestInformationResponse({ ...claim, message: 'Sent ~~ as asked' }),
    'ExtSchema.Task',
    { Task: 'REQUEST-INFORMATION-RESPONSE', ...ofClaim, AdditionalData: 'Sent ~~ as asked' },
  ],
  [
    tasks.requestInformationResponse({ ...claim, message: '' }),
    'ExtSchema.Task',
    { Task: 'REQUEST-INFORMATION-RESPONSE', ...ofClaim, ...noData },
  ],
  [
    tasks.requestInformationResponse(claim),
    'ExtSchema.Task',
    { Task: 'REQUEST-INFORMATION-RESPONSE', ...ofClaim, ...noData },
  ],
  ...definitions.flatMap(({ task, handedOver }): [Task, Task['table'], Record<string, unknown>][] => {
    if (!task || typeof handedOver?.takes !== 'string') return []
    const make = tasks[handedOver.name as keyof typeof tasks] as (claim: typeof toClaimant) => Task
    const AdditionalData = handedOver.takes === 'ids' ? null : emailAddress
    return [[make(toClaimant), `${task.schema}.Task`, { Task: task.name, ...ofClaim, AdditionalData }]]
  }),
  [
    tasks.referenceRecovery({ emailAddress, prisonNumber: 'A1234BC' }),
    'ExtSchema.Task',
    { Task: 'REFERENCE_RECOVERY', ...ofNobody, AdditionalData: 'mirabel@example.org~~A1234BC' },
  ],
  [
    tasks.technicalHelp({ name: 'Mirabel Oake', emailAddress, issue: '~ it ~~ broke' }),
    'ExtSchema.Task',
    {
      Task: 'TECHNICAL_HELP_SUBMITTED',
      ...ofNobody,
      AdditionalData: 'Mirabel Oake~~mirabel@example.org~~~ it ~~ broke',
    },
  ],
  [
    tasks.feedback({ rating: 'satisfied', improvements: 'more trains', emailAddress }),
    'ExtSchema.Task',
    {
      Task: 'FEEDBACK_SUBMITTED',
      ...ofNobody,
      AdditionalData: 'satisfied~~more trains~~mirabel@example.org',
    },
  ],
  [
    tasks.feedback({ rating: 'neither', improvements: null }),
    'ExtSchema.Task',
    { Task: 'FEEDBACK_SUBMITTED', ...ofNobody, AdditionalData: 'neither~~~~' },
  ],
  [
    only(tasks.notification({ template: 'code', to: '07700 900123', personalisation: { code: '1234' } })),
    'IntSchema.Task',
    {
      Task: 'SEND-NOTIFICATION',
      ...ofNobody,
      AdditionalData: '{"template":"code","personalisation":{"code":"1234"},"to":"07700 900123"}',
    },
  ],
  [
    only(tasks.notification({ template: 'decided', to: 'visitor', claim })),
    'IntSchema.Task',
    {
      Task: 'SEND-NOTIFICATION',
      ...ofClaim,
      AdditionalData: '{"template":"decided","personalisation":{},"to":"visitor"}',
    },
  ],
  [
    tasks.subjectChanged({ kind: 'role', id: 'r-7', state: { id: 7, status: 1, code: 'é', parentId: null } }),
    'IntSchema.Task',
    {
      Task: 'SUBJECT-CHANGED',
      ...ofNobody,
      AdditionalData: '{"kind":"role","id":"r-7","state":{"id":7,"status":1,"code":"é","parentId":null}}',
    },
  ],
  [
    tasks.subjectChanged({ kind: 'user', id: 'u.1', state: 'absent' }),
    'IntSchema.Task',
    {
      Task: 'SUBJECT-CHANGED',
      ...ofNobody,
      AdditionalData: '{"kind":"user","id":"u.1","state":"absent"}',
    },
  ],
  [tasks.archiveOldClaims(), 'IntSchema.Task', { Task: 'ARCHIVE-OLD-CLAIMS', ...ofNobody, ...noData }],
  [
    tasks.archiveClaim({ claimId: 34 }),
    'IntSchema.Task',
    { Task: 'ARCHIVE-CLAIM', ...ofNobody, ClaimId: 34, ...noData },
  ],
])

function only([task]: readonly Task[]): Task {
  if (!task) throw new Error('there is no task')
  return task
}

/** Ten in London, as the web app's machine counts it. */
function inSummer<T>(make: () => T): T {
  vi.useFakeTimers({ now: new Date('2026-07-01T09:00:00.005Z') })
  try {
    return make()
  } finally {
    vi.useRealTimers()
  }
}

describe('the task of each function', () => {
  it.each(handedOver)('%j', (task, table, columns) => {
    const given = { DateCreated: '2026-07-01 10:00:00.005', Status: 'PENDING' }
    expect(task).toEqual({ table, row: { ...columns, ...given } })
  })

  it.each(handedOver)('%j has what its table needs, and what its message must carry', (task) => {
    const { table, row } = task
    const columns = Object.entries(columnsOf(table))
    const filled = columns
      .filter(([, { nullable, identity }]) => !nullable && !identity)
      .map(([name]) => name)
    expect(columns.map(([name]) => name)).toEqual(expect.arrayContaining(Object.keys(row)))
    expect(row).toMatchObject(Object.fromEntries(filled.map((name) => [name, expect.any(String)])))
    const schema = table === 'ExtSchema.Task' ? 'ExtSchema' : 'IntSchema'
    const message = isTaskName(row.Task) && messageOfTask(row.Task, row, { schema, taskId: 1, run: 1 })
    expect(Boolean(message)).toBe(!tasksWithoutWork.includes(row.Task))
  })

  it('is of every kind there is', () => {
    const made = new Set(handedOver.map(([{ row }]) => row.Task))
    expect(made.size).toBe(Object.keys(tasks).length)
    const fromWebApps = definitions.flatMap(({ task, handedOver }) => (task && handedOver ? task.name : []))
    expect([...made].sort()).toEqual([...fromWebApps, ...tasksWithoutWork].sort())
  })
})

describe('input', () => {
  const complete = (wrong: object) => () => tasks.completeClaim({ ...claim, claimType: 'repeat', ...wrong })
  const help = (wrong: object) => () =>
    tasks.technicalHelp({ name: 'Mirabel', emailAddress, issue: 'It broke', ...wrong })
  const anId = 'must be a whole number from 1 to 2147483647'
  const aText = 'must be a text that is not empty'
  const noSeparator = 'must not have ~~ in it, nor ~ at its end'

  it.each([
    [complete({ reference: '' }), 'reference', 'must be a text of 1 to 10 characters'],
    [complete({ reference: 'ABCDEFGHIJK' }), 'reference', 'must be a text of 1 to 10 characters'],
    [complete({ reference: 1234 }), 'reference', 'must be a text of 1 to 10 characters'],
    [complete({ eligibilityId: 0 }), 'eligibilityId', anId],
    [complete({ eligibilityId: undefined }), 'eligibilityId', anId],
    [complete({ claimId: 1.5 }), 'claimId', anId],
    [complete({ claimId: '34' }), 'claimId', anId],
    [complete({ claimId: NaN }), 'claimId', anId],
    [complete({ claimId: 2_147_483_648 }), 'claimId', anId],
    [
      complete({ claimType: ' ' }),
      'claimType',
      'must be one of first-time, repeat, repeat-duplicate, repeat-new-eligibility',
    ],
    [() => tasks.sendMalwareAlert({ ...toClaimant, emailAddress: '' }), 'emailAddress', aText],
    [() => tasks.requestInformationResponse({ ...claim, message: 5 as never }), 'message', 'must be a text'],
    [help({ name: 'Mira~~bel' }), 'name', noSeparator],
    [help({ name: 'Mirabel~' }), 'name', noSeparator],
    [help({ emailAddress: 'a~~b@example.org' }), 'emailAddress', noSeparator],
    [help({ issue: null }), 'issue', aText],
    [() => tasks.feedback({ rating: 'good', improvements: 'a~~b' }), 'improvements', noSeparator],
    [() => tasks.archiveClaim({} as never), 'claimId', anId],
  ])('that the services would refuse is refused: %#', (make, field, problem) => {
    const error = thrownBy(make)
    expect(error).toBeInstanceOf(InvalidTaskError)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ name: 'InvalidTaskError', field, message: `${field} ${problem}` })
  })

  it.each([
    { reference: 'A' },
    { reference: 'ABCDEFGHIJ' },
    { eligibilityId: 1 },
    { claimId: 2_147_483_647 },
  ])('at its limits is taken: %j', (columns) => {
    expect(complete(columns)).not.toThrow()
  })
})

function thrownBy(make: () => unknown): unknown {
  try {
    return make()
  } catch (error) {
    return error
  }
}

describe('a notification', () => {
  const request = { template: 'approver', to: emailAddress, personalisation: { names: ['A', 'B'], count: 2 } }
  const recipientsOf = (made: readonly Task[]) =>
    made.map(({ row }) => (JSON.parse(row.AdditionalData ?? '') as { to: string }).to)

  it('is one task for each recipient, and one for who is named twice', () => {
    const to = [emailAddress, '+44 7700 900123', 'MIRABEL@example.org', 'b@example.org']
    const made = tasks.notification({ ...request, to })
    expect(recipientsOf(made)).toEqual([emailAddress, '+44 7700 900123', 'b@example.org'])
    expect(tasks.notification({ ...request, to: [] })).toEqual([])
  })

  it.each([
    [
      ['07700 900123', '+44 7700 900123', '0044 (0)7700-900123', '7700900123', '+44 7700 900124'],
      [0, 4],
    ],
    [
      ['+33 6 12 34 56 78', '0033612345678', '+34 612 345 678'],
      [0, 2],
    ],
    [
      ['+7 700 900 12 34', '07700 900123'],
      [0, 1],
    ],
  ])('to one phone is one, however its number is written: %j', (to, places) => {
    const made = tasks.notification({ ...request, to })
    expect(recipientsOf(made)).toEqual(places.map((place) => to[place]))
  })

  it('is inserted with the others, all by the caller’s query', async () => {
    const made = tasks.notification({ ...request, to: [emailAddress, 'b@example.org'] })
    expect(await insertTasks(made, (_, row) => row)).toEqual(made.map(({ row }) => row))
  })

  it.each([
    [{ template: 'no key' }, 'template', 'must be a key of the file of templates'],
    [{ to: '' }, 'to', 'must be a text that is not empty'],
    [{ to: 'somebody' }, 'to', 'must be an email address or a phone number'],
    [{ to: '020 7946 0000' }, 'to', 'must be an email address or a phone number'],
    [{ to: ['07700 900123', '0770090012'] }, 'to', 'must be an email address or a phone number'],
    [{ to: '1234567890123456' }, 'to', 'must be an email address or a phone number'],
    [{ to: ['a@example.org', 'a@b'] }, 'to', 'must be an email address'],
    [{ to: 'visitor' }, 'claim', 'must say whose visitor is meant'],
    [{ claim: { reference: 'ABC1234' } }, 'eligibilityId', 'must be a whole number from 1 to 2147483647'],
    [
      { personalisation: { name: null } },
      'personalisation.name',
      'must be a text, a number, true or false, or a list of texts',
    ],
    [{ personalisation: { names: ['A', 2] } }, 'personalisation.names', 'must be a list of texts'],
    [{ expires: '2026-01-01' }, 'expires', 'must be a Date'],
    [{ expires: new Date(0) }, 'expires', 'must be to come'],
  ])('that nobody could send is refused: %j', (wrong, field, problem) => {
    const make = () => tasks.notification({ ...request, ...wrong } as never)
    expect(thrownBy(make)).toMatchObject({ name: 'InvalidTaskError', field, message: `${field} ${problem}` })
  })
})

describe('inserting a task', () => {
  const database = knex({ client: 'mssql' })
  let task: Task
  beforeAll(() => {
    task = inSummer(() => tasks.archiveClaim({ claimId: 34 }))
  })
  afterAll(() => database.destroy())

  it('gives what the query function gives', async () => {
    const insert = (table: string, row: object) => Promise.resolve([table, row])
    expect(await insertTask(task, insert)).toEqual(['IntSchema.Task', task.row])
  })

  it('says in the row before when nothing is to be done, in London', async () => {
    const rowWith = (notBefore: Date | undefined) => insertTask(task, (_, row) => row, { notBefore })
    const inAnHour = new Date(Date.now() + 3_600_000)
    expect(await rowWith(inAnHour)).toEqual({ ...task.row, DateProcessed: toLondon(inAnHour) })
    expect(await rowWith(new Date(Date.now() - 1))).toEqual(task.row)
    expect(await rowWith(undefined)).toEqual(task.row)
  })

  it('throws what the query function throws, at once or later', async () => {
    const error = new Error('the database is away')
    const atOnce = () => {
      throw error
    }
    await expect(insertTask(task, atOnce)).rejects.toBe(error)
    await expect(insertTask(task, () => Promise.reject(error))).rejects.toBe(error)
  })

  it('is one statement of knex, for SQL Server and for the embedded database', () => {
    const columns =
      '[AdditionalData], [ClaimId], [DateCreated], [EligibilityId], [Reference], [Status], [Task]'
    const query = database(task.table).insert(task.row).toSQL().toNative()
    expect(query.sql).toBe(
      `insert into [IntSchema].[Task] (${columns}) values (@p0, @p1, @p2, @p3, @p4, @p5, @p6)`,
    )
    const values = [null, 34, '2026-07-01 10:00:00.005', null, null, 'PENDING', 'ARCHIVE-CLAIM']
    expect(query.bindings).toEqual(values)
    expect(flatTable(task.table)).toBe('IntSchema_Task')
  })
})
