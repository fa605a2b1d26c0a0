import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ShiftedClock } from '#shared/clock'
import type { Message, messages } from '#shared/contracts'
import { DatabaseConnection, databaseSettings } from '#shared/database'
import { DeliveryRecord, Inbox, UnitOfWork, type Work } from '#shared/unit-of-work'
import { followedBy, JobRuns, PagedJob, pageSize, type JobStage } from '#shared/jobs'
import { Log } from '#shared/logging'
import { PermanentFailure, TemporaryFailure, type Delivery } from '#shared/messaging'
import { insertRows } from './support/rows.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'

interface Item {
  readonly id: number
}

const date = '2024-03-13'

/** A job over rows of the Task table; how often a row was dealt with is its `ClaimId`. */
describe('a job in pages', () => {
  let database: TestDatabase
  let clock: ShiftedClock
  let logLines: Record<string, unknown>[]
  /** Where each page was read from. */
  let reads: number[]

  beforeEach(async () => {
    database = await createTestDatabase()
    clock = new ShiftedClock(`${date} 04:30:00`)
    logLines = []
    reads = []
  })

  afterEach(() => database.remove())

  function runner(connection: DatabaseConnection = database.connection): PagedJob {
    const write = (line: Buffer, _: unknown, done: () => void) => {
      logLines.push(JSON.parse(line.toString()) as Record<string, unknown>)
      done()
    }
    const log = Log.create('test', 'info', new Writable({ write }))
    const published = { publishFollowUps: () => Promise.resolve() }
    const unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), published, clock)
    return new PagedJob(connection, new JobRuns(connection, clock), unitOfWork, clock, log)
  }

  const delivery = (signal = new AbortController().signal, id = `schedule.daily.${date}`) =>
    ({ id, consumer: 'job', traceparent: 'trace', signal }) as Delivery<Message>

  const given = (count: number) =>
    insertRows(database.connection, {
      'IntSchema.Task': Array.from({ length: count }, (_, i) => ({
        ...{ TaskId: i + 1, Task: 'TEST', Status: 'TEST', DateCreated: '2024-03-01 00:00:00', ClaimId: 0 },
      })),
    })

  async function count(work: Work, items: readonly Item[]): Promise<number> {
    const ids = items.map(({ id }) => id)
    await work.db
      .updateTable('IntSchema.Task')
      .set((column) => ({ ClaimId: column('ClaimId', '+', 1) }))
      .where('TaskId', 'in', ids)
      .execute()
    return items.length
  }

  const stage = (options: Partial<JobStage<Item, unknown>> = {}): JobStage<Item, unknown> => ({
    keyOf: ({ id }) => id,
    read(db, after) {
      reads.push(after)
      const query = db
        .selectFrom('IntSchema.Task')
        .select('TaskId as id')
        .where('TaskId', '>', after)
        .where('Status', '=', 'TEST')
        .orderBy('TaskId')
      return database.connection.dialect.first(query, pageSize).execute()
    },
    change: count,
    ...options,
  })

  /** How many rows were dealt with how often. */
  async function dealtWith(): Promise<Record<string, number>> {
    const rows = await database.connection.db
      .selectFrom('IntSchema.Task')
      .select('ClaimId')
      .where('Status', '=', 'TEST')
      .execute()
    const times: Record<string, number> = {}
    for (const { ClaimId } of rows) times[String(ClaimId)] = (times[String(ClaimId)] ?? 0) + 1
    return times
  }

  const runs = () => database.connection.db.selectFrom('AsyncSchema.JobRun').selectAll().execute()

  it('that is given up while a page of it is under way stays given up', async () => {
    const { connection } = database
    const inbox = new Inbox(connection, clock)
    const jobs = new JobRuns(connection, clock)
    const run = await jobs.begin(delivery(), date)
    await new DeliveryRecord(connection, inbox, clock).gaveUp(delivery(), 'timed-out')
    // What was begun before its time was over is committed only now.
    await connection.transaction((db) =>
      jobs.advance({ db, now: clock.now() } as Work, delivery(), { ...run, lastKey: 100, rowsChanged: 100 }),
    )
    const ended = expect.stringContaining(`${date} 04:30:`)
    expect(await runs()).toMatchObject([
      { State: 'FAILED', LastReason: 'timed-out', LastKey: 100, RowsChanged: 100, DateEnded: ended },
    ])
  })

  it('deals with every row once, a page at a time, and writes down and logs what it did', async () => {
    await given(250)
    await runner().run(delivery(), date, () => [stage()])
    expect(reads).toEqual([0, 100, 200, 250])
    expect(await dealtWith()).toEqual({ 1: 250 })
    const now = expect.stringContaining(`${date} 04:30:`)
    expect(await runs()).toEqual([
      {
        ...{ Consumer: 'job', MessageId: `schedule.daily.${date}`, RunDate: date },
        ...{ Stage: 1, LastKey: 0, RowsChanged: 250, State: 'DONE', LastReason: null },
        ...{ DateStarted: now, DateLastHeard: now, DateEnded: now },
      },
    ])
    expect(logLines).toMatchObject([
      { msg: 'job done', job: 'job', messageId: `schedule.daily.${date}`, date, count: 250 },
    ])
  })

  it('ends where there is nothing to do, and where there are no stages', async () => {
    await runner().run(delivery(), date, () => [stage()])
    await runner().run(delivery(undefined, 'other'), date, () => [])
    expect(await runs()).toMatchObject([
      { State: 'DONE', RowsChanged: 0 },
      { State: 'DONE', RowsChanged: 0 },
    ])
  })

  it('takes its stages one after the other, each from its first row', async () => {
    await given(150)
    const second = stage({ change: (_, items) => Promise.resolve(items.length) })
    await runner().run(delivery(), date, () => [stage(), second])
    expect(reads).toEqual([0, 100, 150, 0, 100, 150])
    expect(await runs()).toMatchObject([{ Stage: 2, RowsChanged: 300 }])
  })

  it('tells of its progress in the log on a large day', async () => {
    await given(2_600)
    await runner().run(delivery(), date, () => [stage()])
    expect(logLines.map(({ msg, count: rows }) => [msg, rows])).toEqual([
      ['job goes on', 2_500],
      ['job done', 2_600],
    ])
  })

  it('goes on where it was when it is delivered again, for the same day', async () => {
    await given(250)
    const fails = stage({
      asWhole: true,
      async change(work, items) {
        await count(work, items)
        if (items[0]?.id === 201) throw new Error('trouble')
        return items.length
      },
    })
    await expect(runner().run(delivery(), undefined, () => [fails])).rejects.toThrow('trouble')
    expect(await dealtWith()).toEqual({ 0: 50, 1: 200 })
    expect(await runs()).toMatchObject([{ State: 'RUNNING', LastKey: 200, RowsChanged: 200 }])
    reads = []
    clock.set('2024-03-15 12:00:00')
    const dates: string[] = []
    await runner().run(delivery(), undefined, (run) => {
      dates.push(run.date, run.started.slice(0, 10))
      return [stage()]
    })
    expect(dates).toEqual([date, date])
    expect(reads).toEqual([200, 250])
    expect(await dealtWith()).toEqual({ 1: 250 })
    expect(await runs()).toMatchObject([{ State: 'DONE', RowsChanged: 250, RunDate: date }])
  })

  it('is shared by two that have the same message, and each row is dealt with once', async () => {
    await given(1_000)
    const other = DatabaseConnection.open(databaseSettings(database.env))
    const both = [runner(), runner(other)]
    await Promise.all(both.map((each) => each.run(delivery(), date, () => [stage()])))
    await other.close()
    expect(await dealtWith()).toEqual({ 1: 1_000 })
    expect(await runs()).toMatchObject([{ State: 'DONE', RowsChanged: 1_000 }])
    expect(logLines.map(({ msg }) => msg)).toEqual(['job done'])
  })

  it('leaves a page to whoever has done it meanwhile', async () => {
    await given(150)
    const meanwhile = stage({
      async outside() {
        if (reads.length === 1) await runner().run(delivery(), date, () => [stage()])
      },
    })
    await runner().run(delivery(), date, () => [meanwhile])
    expect(reads).toEqual([0, 0, 100, 150])
    expect(await dealtWith()).toEqual({ 1: 150 })
    expect(await runs()).toMatchObject([{ State: 'DONE', RowsChanged: 150 }])
  })

  it('stops between two pages when its time is up', async () => {
    await given(150)
    const controller = new AbortController()
    const slow = stage({
      change(work, items) {
        controller.abort()
        return count(work, items)
      },
    })
    const ended = runner().run(delivery(controller.signal), date, () => [slow])
    await expect(ended).rejects.toEqual(new TemporaryFailure('timed-out'))
    expect(await dealtWith()).toEqual({ 0: 50, 1: 100 })
    await runner().run(delivery(), date, () => [stage()])
    expect(await dealtWith()).toEqual({ 1: 150 })
  })

  it('refuses a day that has not come, and writes nothing down', async () => {
    await given(1)
    clock.set('2024-03-12 23:59:00')
    const ended = runner().run(delivery(), date, () => [stage()])
    await expect(ended).rejects.toEqual(new TemporaryFailure('date-to-come', 5_000))
    expect(await runs()).toEqual([])
    clock.set('2024-03-13 00:00:00')
    await runner().run(delivery(), date, () => [stage()])
    expect(await dealtWith()).toEqual({ 1: 1 })
  })

  it('does what is outside the database before the transaction, with the page’s rows, and again if that fails', async () => {
    await given(150)
    const calls: string[] = []
    const { signal } = new AbortController()
    let trouble = true
    const withFiles = stage({
      asWhole: true,
      async outside(items, given_) {
        // In a transaction this would wait for itself.
        await database.connection.db.selectFrom('AsyncSchema.JobRun').select('State').execute()
        calls.push(`outside ${items[0]?.id}-${items.at(-1)?.id} ${given_ === signal}`)
        return items.length * 10
      },
      async change(work, items, prepared) {
        calls.push(`change ${items.length} ${String(prepared)}`)
        if (trouble) throw new Error('trouble')
        return count(work, items)
      },
    })
    await expect(runner().run(delivery(signal), date, () => [withFiles])).rejects.toThrow('trouble')
    trouble = false
    await runner().run(delivery(signal), date, () => [withFiles])
    expect(calls).toEqual([
      ...['outside 1-100 true', 'change 100 1000'],
      ...['outside 1-100 true', 'change 100 1000'],
      ...['outside 101-150 true', 'change 50 500'],
    ])
    expect(await dealtWith()).toEqual({ 1: 150 })
  })

  it('writes follow-ups down with the page that asks for them', async () => {
    await given(150)
    const asking = followedBy(
      { ...stage(), take: (_, items) => Promise.resolve(items) },
      (work: Work<typeof messages.claimArchiveDue>, { id }) =>
        work.followUp('ARCHIVE-CLAIM', { claimId: id }),
    )
    await runner().run(delivery(), date, () => [asking])
    await runner().run(delivery(), date, () => [asking])
    const tasks = await database.connection.db
      .selectFrom('IntSchema.Task')
      .select('ClaimId')
      .where('Task', '=', 'ARCHIVE-CLAIM')
      .orderBy('ClaimId')
      .execute()
    expect(tasks.map(({ ClaimId }) => ClaimId)).toEqual(Array.from({ length: 150 }, (_, i) => i + 1))
  })

  describe('with rows that fail', () => {
    const left = () => database.connection.db.selectFrom('AsyncSchema.JobRowLeft').selectAll().execute()
    const failing = (bad: readonly number[], error: Error = new PermanentFailure('bad-row')) =>
      stage({
        change(work, items) {
          if (items.some(({ id }) => bad.includes(id))) throw error
          return count(work, items)
        },
      })
    const rowsLeft = new TemporaryFailure('rows-left')

    it('deals with all the others, later stages too, and says which it left', async () => {
      await given(250)
      const second = stage({ change: (_, items) => Promise.resolve(items.length) })
      await expect(runner().run(delivery(), date, () => [failing([2, 250]), second])).rejects.toEqual(
        rowsLeft,
      )
      expect(await dealtWith()).toEqual({ 0: 2, 1: 248 })
      expect(await runs()).toMatchObject([{ State: 'RUNNING', Stage: 2, RowsChanged: 498 }])
      expect(await left()).toMatchObject([2, 250].map((RowKey) => ({ Stage: 0, RowKey, Reason: 'bad-row' })))
      const named = logLines
        .filter(({ msg }) => msg === 'row left')
        .map(({ job, row, reason }) => [job, row, reason])
      // Each as it is left, and when it fails again after all the others.
      expect(named).toEqual([2, 250, 2, 250].map((row) => ['job', row, 'bad-row']))
      expect(logLines.at(-1)).toMatchObject({ msg: 'job is done but for rows that fail', count: 2 })
    })

    it('deals with those alone at the next try, once each', async () => {
      await given(150)
      await expect(runner().run(delivery(), date, () => [failing([7, 8])])).rejects.toEqual(rowsLeft)
      await expect(runner().run(delivery(), date, () => [failing([8])])).rejects.toEqual(rowsLeft)
      await runner().run(delivery(), date, () => [stage()])
      await runner().run(delivery(), date, () => [stage()])
      expect(await dealtWith()).toEqual({ 1: 150 })
      expect(await runs()).toMatchObject([{ State: 'DONE', RowsChanged: 150 }])
      expect(await left()).toEqual([])
    })

    it('forgets one that is not due any more', async () => {
      await given(3)
      await expect(runner().run(delivery(), date, () => [failing([2])])).rejects.toEqual(rowsLeft)
      const { db } = database.connection
      await db.updateTable('IntSchema.Task').set({ Status: 'COMPLETE' }).where('TaskId', '=', 2).execute()
      await runner().run(delivery(), date, () => [failing([2])])
      expect(await left()).toEqual([])
      expect(await runs()).toMatchObject([{ State: 'DONE', RowsChanged: 2 }])
    })

    it('stops where a whole page of them fails one by one: then it is none of their doing', async () => {
      await given(250)
      const all = Array.from({ length: 250 }, (_, i) => i + 1)
      const trouble = new Error('trouble')
      await expect(runner().run(delivery(), date, () => [failing(all, trouble)])).rejects.toThrow('trouble')
      expect(await left()).toHaveLength(pageSize)
      await runner().run(delivery(), date, () => [stage()])
      expect(await dealtWith()).toEqual({ 1: 250 })
      expect(await left()).toEqual([])
    })

    it('does what is outside the database anew for each', async () => {
      await given(3)
      const calls: string[] = []
      const withFiles: JobStage<Item, unknown> = {
        ...failing([2]),
        outside(items) {
          calls.push(items.map(({ id }) => id).join())
          return Promise.resolve()
        },
      }
      await expect(runner().run(delivery(), date, () => [withFiles])).rejects.toEqual(rowsLeft)
      expect(calls).toEqual(['1,2,3', '1', '2', '3', '2'])
      expect(await dealtWith()).toEqual({ 0: 1, 1: 2 })
    })

    it('leaves them once, two at the same job', async () => {
      await given(250)
      const other = DatabaseConnection.open(databaseSettings(database.env))
      const both = [runner(), runner(other)]
      const ends = await Promise.allSettled(
        both.map((each) => each.run(delivery(), date, () => [failing([120])])),
      )
      await other.close()
      expect(ends.map(({ status }) => status)).toContain('rejected')
      expect(await dealtWith()).toEqual({ 0: 1, 1: 249 })
      expect(await left()).toHaveLength(1)
    })
  })

  it('says how many rows work under way has kept from it', async () => {
    await given(150)
    let asked = 0
    const passedOver = () => {
      asked += 1
      return Promise.resolve(7)
    }
    await runner().run(delivery(), date, () => [stage({ passedOver })])
    expect(asked).toBe(1)
    expect(logLines[0]).toMatchObject({ msg: 'claims passed over', job: 'job', count: 7 })
  })
})
