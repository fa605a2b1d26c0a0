import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { addDays } from '#shared/clock'
import { foundRows, inFull } from './support/claim-cases.js'
import { claimIds } from './support/claim-rows.js'
import { underWayCases, visitorCases } from './support/cases/work-under-way.cases.js'
import { dueClaims } from './support/daily-claims.js'
import { onServer } from './support/on-server.js'
import { merge } from './support/row-sets.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const date = '2024-03-13'
/** Only the jobs run: what they ask others to do stays to be done, and is to be seen. */
const services = ['daily-tasks']
let system: System

const lines = (message: string) =>
  system.logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === message)

describe('work under way for a claim', () => {
  const cases = underWayCases(date)

  beforeAll(async () => {
    system = await System.start({ clock: `${date} 04:30:00`, services })
    await insertRows(system.connection, merge(...cases.map(({ given }) => given)))
    await system.fire('daily', date)
  }, 120_000)
  afterAll(() => system.stop())

  it.each(cases)('$about', async ({ given, expected }) => {
    expect(await foundRows(system, given)).toEqual(inFull(expected))
  })

  it('is counted in the log, job by job', () => {
    const held = (job: string) =>
      cases.filter(({ about, given, expected }) => about.startsWith(`${job}:`) && given === expected).length
    const counted = lines('claims passed over').map(({ job, count }) => [job, count])
    for (const job of ['mark-overpayments', 'remind-of-information', 'reject-silent-claims'])
      expect(counted).toContainEqual([job, held(job)])
  })
})

describe('the same thing, day after day, while nobody does what the jobs ask for', () => {
  beforeAll(async () => {
    system = await System.start({ clock: `${date} 04:30:00`, services })
  }, 120_000)
  afterAll(() => system.stop())

  it('is asked for once', async () => {
    const due = dueClaims['remind-of-information'](1, date)
    await insertRows(system.connection, due.given)
    for (const day of [0, 1, 2].map((days) => addDays(date, days))) {
      system.clock.set(`${day} 04:30:00`)
      await system.fire('daily', day)
    }
    const { 'IntSchema.Task': tasks } = await readRows(system.connection)
    expect(tasks?.map(({ Task }) => Task)).toEqual(['SEND-REQUEST-INFORMATION-REMINDER-NOTIFICATION'])
  })
})

describe.each([
  {
    about: 'two visitors: the newer address',
    addresses: ['old@example.com', 'new@example.com'],
    used: 'new@example.com',
  },
  {
    about: 'a newer visitor without an address',
    addresses: ['old@example.com', '', '  '],
    used: 'old@example.com',
  },
  { about: 'a visitor with no address at all', addresses: ['  '], used: null },
])('an eligibility with $about', ({ addresses, used }) => {
  const cases = visitorCases(date, addresses, used)

  beforeAll(async () => {
    system = await System.start({ clock: `${date} 04:30:00`, services })
    await insertRows(system.connection, merge(...cases.map(({ given }) => given)))
    await system.fire('daily', date)
  }, 120_000)
  afterAll(() => system.stop())

  it.each(cases)('$about deals with the claim once', async ({ given, expected }) => {
    expect(await foundRows(system, given)).toEqual(inFull(expected))
  })
})

// Written for the embedded database only: what fails is not the database's doing.
const describeOnSqlite = describe.skipIf(onServer)
describeOnSqlite('a claim that fails', () => {
  beforeAll(async () => {
    system = await System.start({ clock: `${date} 04:30:00`, services })
  }, 120_000)
  afterEach(() => system.stop())

  it('holds up no other, is named in the log, and is dealt with when the trouble is over', async () => {
    const cases = Array.from({ length: 150 }, (_, n) => dueClaims['reject-silent-claims'](n + 1, date))
    const bad = claimIds(3).ClaimId
    await insertRows(system.connection, merge(...cases.map(({ given }) => given)))
    const { db } = system.connection
    await sql
      .raw(
        `create trigger trouble before insert on IntSchema_ClaimEvent when new.ClaimId = ${bad} begin select raise(abort, 'trouble'); end`,
      )
      .execute(db)
    const fired = system.fire('daily', date)
    await until('the row is left', () => lines('job is done but for rows that fail').length > 0)
    const others = cases.filter((_, k) => k !== 2)
    for (const { given, expected } of [...others.slice(0, 5), ...others.slice(-5)])
      expect(await foundRows(system, given)).toEqual(inFull(expected))
    expect(await foundRows(system, cases[2]?.given ?? {})).toEqual(inFull(cases[2]?.given ?? {}))
    expect(lines('row left')[0]).toMatchObject({ job: 'reject-silent-claims', row: bad })
    await sql`drop trigger trouble`.execute(db)
    await fired
    expect(await foundRows(system, merge(...cases.map(({ given }) => given)))).toEqual(
      inFull(merge(...cases.map(({ expected }) => expected))),
    )
    const runs = await db
      .selectFrom('AsyncSchema.JobRun')
      .select(['State', 'RowsChanged', 'Consumer'])
      .execute()
    expect(runs).toContainEqual({ Consumer: 'reject-silent-claims', State: 'DONE', RowsChanged: 150 })
    expect(await db.selectFrom('AsyncSchema.JobRowLeft').selectAll().execute()).toEqual([])
  })
})
