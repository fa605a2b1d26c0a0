import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { dayOf, type LocalDay } from '#shared/clock'
import { scheduleMessageId, streams, subjects } from '#shared/contracts'
import { UnitOfWork } from '#shared/unit-of-work'
import { followedBy, type AnyJobStage } from '#shared/jobs'
import { TemporaryFailure } from '#shared/messaging'
import { OverpaidClaims } from '../apps/daily-tasks/src/mark-overpayments/overpaid-claims.repository.js'
import { SilentClaims } from '../apps/daily-tasks/src/reject-silent-claims/silent-claims.repository.js'
import { BareClient } from './support/bare-client.js'
import { boundaryCases, columnCases } from './support/cases/daily-jobs.cases.js'
import { claimJobs, dueClaims, usualDays, type ClaimJob, type Days } from './support/daily-claims.js'
import { foundRows, inFull, strayRows } from './support/claim-cases.js'
import { onServer } from './support/on-server.js'
import { edit, merge, set } from './support/row-sets.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const ownDays: Days = { first: 2, second: 2, reminder: 3, rejection: 1, overpayment: 4 }
const ownSettings = {
  APVS_NUMBER_OF_DAYS_AFTER_DATE_OF_JOURNEY_FOR_ADVANCE_REMINDER: '2',
  APVS_NUMBER_OF_DAYS_AFTER_DATE_OF_JOURNEY_FOR_SECOND_ADVANCE_REMINDER: '2',
  APVS_NUMBER_OF_DAYS_PENDING_FOR_FINAL_REMINDER: '3',
  APVS_NUMBER_OF_DAYS_AFTER_FINAL_REMINDER_FOR_REJECTION: '1',
  APVS_MARK_AS_OVERPAYMENT_DAYS: '4',
}

/** The event as the scheduler's, but for what would let the stream see that it has it already. */
const fireBy = (client: BareClient, date: LocalDay) =>
  client.publish(
    subjects.scheduleDaily,
    { date },
    { 'ce-id': scheduleMessageId(subjects.scheduleDaily, date) },
  )

/** Only the jobs run: what they ask others to do stays to be done, and is to be seen. */
const services = ['daily-tasks']

describe.each([
  { about: 'in winter', clock: '2024-03-13 04:30:00', env: {}, days: usualDays, columns: true },
  { about: 'in summer', clock: '2024-07-13 04:30:00', env: {}, days: usualDays },
  {
    about: 'half past midnight after the clocks went forward',
    clock: '2024-04-01 00:30:00',
    env: {},
    days: usualDays,
  },
  { about: 'on the day the clocks went back', clock: '2024-10-27 04:30:00', env: {}, days: usualDays },
  { about: 'the day after the clocks went back', clock: '2024-10-28 04:30:00', env: {}, days: usualDays },
  { about: 'with settings of its own', clock: '2024-04-02 04:30:00', env: ownSettings, days: ownDays },
  {
    about: 'delivered a day late',
    clock: '2024-03-14 04:30:00',
    date: '2024-03-13',
    env: {},
    days: usualDays,
  },
])('the daily jobs $about', ({ clock, date = dayOf(clock), env, days, columns }) => {
  const cases = [...boundaryCases(date, days), ...(columns ? columnCases(date, days) : [])]
  let system: System

  beforeAll(async () => {
    system = await System.start({ clock, env, services })
    await insertRows(system.connection, merge(...cases.map(({ given }) => given)))
    await system.fire('daily', date)
  }, 120_000)

  afterAll(() => system.stop())

  it.each(cases)('$about', async ({ given, expected }) => {
    expect(await foundRows(system, given)).toEqual(inFull(expected))
  })

  it('leaves nothing in any table that is nobody’s', async () => {
    const claimants = cases.map(({ given }) => given)
    expect(await strayRows(system, {}, claimants)).toEqual({})
  })
})

describe('the daily jobs, their event delivered again and again', () => {
  const date = '2024-03-13'
  const cases = Array.from({ length: 600 }, (_, n) => dueClaims[claimJobs[n % 4] as ClaimJob](n + 1, date))
  const given = merge(...cases.map((each) => each.given))
  const expected = inFull(merge(...cases.map((each) => each.expected)))
  let system: System

  beforeAll(async () => {
    system = await System.start({ clock: `${date} 04:30:00`, services })
    for (const replica of ['second', 'third']) await system.startService('daily-tasks', replica)
    await insertRows(system.connection, given)
  }, 120_000)

  afterAll(() => system.stop())

  async function deliverFiveTimes(): Promise<void> {
    const client = await BareClient.connect(system.nats.url)
    await Promise.all([1, 2, 3, 4, 5].map(() => fireBy(client, date)))
    await client.close()
    await system.answered(streams.schedule.name)
  }

  it('do their work once, five deliveries at once at three replicas', async () => {
    await deliverFiveTimes()
    expect(await foundRows(system, given)).toEqual(expected)
  })

  it('do nothing more when the event comes five times later on', async () => {
    const before = await readRows(system.connection)
    system.clock.set(`${date} 16:00:00`)
    await deliverFiveTimes()
    expect(await readRows(system.connection)).toEqual(before)
  })
})

describe('the daily jobs, each for itself', () => {
  // Written for the embedded database only: what is told apart is not the database's doing.
  const onSqlite = it.skipIf(onServer)
  const troubles: Record<ClaimJob, string> = {
    'remind-of-evidence': `insert on IntSchema_Task when new.Task like 'ADVANCE-CLAIM-%'`,
    'remind-of-information': `insert on IntSchema_Task when new.Task like 'SEND-REQUEST-%'`,
    'mark-overpayments': `update of IsOverpaid on IntSchema_Claim`,
    'reject-silent-claims': `insert on IntSchema_ClaimEvent when new.Event = 'CLAIM-REJECTED'`,
  }
  let system: System
  let client: BareClient

  beforeAll(async () => {
    system = await System.start({ clock: '2024-03-13 04:30:00', services })
    client = await BareClient.connect(system.nats.url)
  }, 120_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  const runsOf = (date: LocalDay) =>
    system.connection.db
      .selectFrom('AsyncSchema.JobRun')
      .select(['Consumer', 'State', 'RowsChanged', 'LastReason'])
      .where('RunDate', '=', date)
      .where('Consumer', 'in', claimJobs)
      .execute()

  onSqlite.each(claimJobs.map((job, i) => [job, `2024-03-${14 + i}`, 1 + i * 10] as const))(
    '%s fails, the others are done, and it is done when the trouble is over',
    async (job, date, n) => {
      const { db } = system.connection
      system.clock.set(`${date} 04:30:00`)
      const cases = claimJobs.map((each, k) => dueClaims[each](n + k, date))
      const given = merge(...cases.map((each) => each.given))
      await insertRows(system.connection, given)
      const trigger = `create trigger trouble before ${troubles[job]} begin select raise(abort, 'trouble'); end`
      await sql.raw(trigger).execute(db)
      await fireBy(client, date)
      await until('the others are done, and this one has failed', async () => {
        const runs = await runsOf(date)
        const isAsWanted = runs.map(({ Consumer, State, LastReason }) =>
          Consumer === job ? State === 'RUNNING' && LastReason !== null : State === 'DONE',
        )
        return isAsWanted.length === claimJobs.length && !isAsWanted.includes(false)
      })
      const halfWay = cases.map((each, k) => (claimJobs[k] === job ? each.given : each.expected))
      expect(await foundRows(system, given)).toEqual(inFull(merge(...halfWay)))
      await sql`drop trigger trouble`.execute(db)
      await system.answered(streams.schedule.name)
      expect(await foundRows(system, given)).toEqual(inFull(merge(...cases.map((each) => each.expected))))
      const ended = { State: 'DONE', LastReason: null }
      expect(await runsOf(date)).toMatchObject(claimJobs.map(() => ended))
      expect(await client.read(streams.deadLetters.name)).toEqual([])
    },
  )

  it('do nothing on a day that has not come, and say why; one by a clock a day ahead waits for its day', async () => {
    system.clock.set('2024-03-20 23:30:00')
    const given = merge(...claimJobs.map((job, k) => dueClaims[job](100 + k, '2024-03-21').given))
    await insertRows(system.connection, given)
    const before = await readRows(system.connection)
    await fireBy(client, '2024-03-23')
    await system.answered(streams.schedule.name)
    expect(await readRows(system.connection)).toEqual(before)
    expect(await runsOf('2024-03-23')).toEqual([])
    const letters = await client.read(streams.deadLetters.name)
    for (const job of claimJobs) {
      const [letter, ...more] = letters.filter(({ subject }) => subject === `dead-letters.${job}`)
      expect(letter?.headers).toMatchObject({ 'hwpv-reason': 'date-to-come', 'hwpv-deliveries': '1' })
      expect(more).toEqual([])
    }
    system.logLines.length = 0
    await fireBy(client, '2024-03-21')
    await until('all of them wait', () => {
      const waits = system.logLines.filter((line) => line.includes('date-to-come'))
      return claimJobs.every((name) => waits.some((line) => line.includes(`"${name}"`)))
    })
    expect(await readRows(system.connection)).toEqual(before)
    system.clock.set('2024-03-21 00:00:01')
    await system.answered(streams.schedule.name, 60_000)
    expect(await runsOf('2024-03-21')).toMatchObject(claimJobs.map(() => ({ State: 'DONE' })))
    expect(await client.read(streams.deadLetters.name)).toHaveLength(letters.length)
    // What was fired too early took nothing from its day.
    system.clock.set('2024-03-23 04:30:00')
    await fireBy(client, '2024-03-23')
    await system.answered(streams.schedule.name)
    expect(await runsOf('2024-03-23')).toMatchObject(claimJobs.map(() => ({ State: 'DONE' })))
  })

  it('are not kept from their day by what somebody sends under its id', async () => {
    const [date, other] = ['2024-03-24', '2024-03-25']
    system.clock.set(`${date} 04:30:00`)
    const id = scheduleMessageId(subjects.scheduleDaily, other)
    for (const body of [{ date }, 'no JSON', {}])
      await client.publish(subjects.scheduleDaily, body, { 'ce-id': id })
    await system.answered(streams.schedule.name)
    system.clock.set(`${other} 04:30:00`)
    await fireBy(client, other)
    await system.answered(streams.schedule.name)
    expect(await runsOf(other)).toMatchObject(claimJobs.map(() => ({ State: 'DONE', LastReason: null })))
  })
})

/** SQL Server lets others write between what a transaction reads and what it writes. */
describe('a claim that changes after it was read', () => {
  const date = '2024-03-13'
  const changed = { Status: 'UPDATED' }
  let system: System

  beforeAll(async () => {
    system = await System.start({ clock: `${date} 04:30:00`, services })
  }, 120_000)

  afterAll(() => system.stop())

  /** Deals with what is due, after somebody else has changed it. */
  async function tooLate(id: string, stage: AnyJobStage): Promise<void> {
    const items = await stage.read(system.connection.db, 0)
    expect(items).toHaveLength(1)
    await system.connection.db.updateTable('IntSchema.Claim').set(changed).execute()
    const unitOfWork = system.services.get('daily-tasks')?.app.get(UnitOfWork)
    await unitOfWork?.run({ id, consumer: 'late' }, async (work) => {
      await stage.change(work, items, undefined)
    })
  }

  it('is not marked as overpaid', async () => {
    const { given } = dueClaims['mark-overpayments'](1, date)
    await insertRows(system.connection, given)
    await tooLate('first', new OverpaidClaims(system.connection).withoutEvidence(date, 10))
    const expected = edit(given, { 'IntSchema.Claim': set(changed) })
    expect(await foundRows(system, given)).toEqual(inFull(expected))
  })

  it('is not rejected: the page is read again', async () => {
    const { given } = dueClaims['reject-silent-claims'](2, date)
    await insertRows(system.connection, given)
    const stage = new SilentClaims(system.connection).remindedBefore(date, 7)
    const ended = tooLate(
      'second',
      followedBy(stage, () => undefined),
    )
    await expect(ended).rejects.toEqual(new TemporaryFailure('claims-changed'))
    const expected = edit(given, { 'IntSchema.Claim': set(changed) })
    expect(await foundRows(system, given)).toEqual(inFull(expected))
  })
})
