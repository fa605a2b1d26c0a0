import { afterEach, describe, expect, inject, it } from 'vitest'
import { connect } from '@nats-io/transport-node'
import { SchedulerRegistry } from '@nestjs/schedule'
import { addDays, Clock, fromLondon } from '#shared/clock'
import { startService, type RunningService } from '#shared/service'
import { AppModule as Scheduler } from '../../apps/scheduler/src/app.module.js'
import { PublishDue } from '../../apps/scheduler/src/publish-due/publish-due.service.js'
import { seededRandom } from '../../testing/simulators/misbehaviour.js'
import { startNatsServer } from '../../testing/nats-server/index.js'
import { provideOnce } from '../../tools/provision/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { given as payments } from '../support/cases/payment-cuts.js'
import { dueClaims } from '../support/daily-claims.js'
import { leftBy, paymentRuns } from '../support/payment-runs.js'
import { Processes } from '../support/processes.js'
import { merge } from '../support/row-sets.js'
import { insertRows, readRows } from '../support/rows.js'
import { System } from '../support/system.js'
import { createTestDatabase } from '../support/test-database.js'
import { until } from '../support/until.js'
import { claimsOfAllKinds, expectAllRight, handOver, officeHours } from './support/good-claims.js'
import { Chance } from './support/malformed-messages.js'

const short = process.env.FAULTS === 'short'
const seed = inject('seed')
const minuteMs = 60_000
const skewMs = 5 * minuteMs
const patient = 120_000

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
}, 60_000)

/** Every attempt to publish a job's event, also those the stream recognises as a repeat. */
async function listenForJobs(url: string) {
  const connection = await connect({ servers: url, tls: null })
  stops.push(() => connection.close())
  const heard: string[] = []
  connection.subscribe('schedule.>', {
    callback: (_, message) => {
      heard.push(`${message.subject} ${message.json<{ date: string }>().date}`)
    },
  })
  await connection.flush()
  /** Resolves when all that was published before is in the list. */
  const caughtUp = () => connection.flush()
  return { heard, caughtUp }
}

/** A clock that stands until it is moved. */
class Standing extends Clock {
  constructor(
    private readonly night: { now: number },
    private readonly ahead: number,
  ) {
    super()
  }
  instant(): Date {
    return new Date(this.night.now + this.ahead)
  }
}

describe(`the nights the clocks change, three schedulers five minutes apart, seed ${seed}`, () => {
  const chance = new Chance(seededRandom(seed))

  it.each([
    ['an hour happens twice', '2026-10-25', ['23:55Z auto-approval', '00:25Z daily']],
    ['an hour does not happen', '2027-03-28', ['00:55Z auto-approval', '00:55Z daily']],
  ])(
    '%s: jobs of that hour are fired once, by the clock that is ahead',
    async (_, date, expected) => {
      const [nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
      stops.push(
        () => nats.stop(),
        () => database.remove(),
      )
      const night = { now: new Date(`${addDays(date, -1)}T23:00:00Z`).getTime() }
      const env = {
        ...database.env,
        NATS_URL: nats.url,
        LOG_LEVEL: 'silent',
        SCHEDULE_AUTO_APPROVAL: '01:00',
        SCHEDULE_DAILY: '01:30',
      }
      await provideOnce(env)
      const schedulers: RunningService[] = []
      for (const ahead of [-skewMs, 0, skewMs]) {
        const clock = new Standing(night, ahead)
        const service = await startService(Scheduler, { name: 'scheduler', env, port: 0, clock })
        stops.push(() => service.stop())
        await service.ready
        // The night's minutes are told off here. At a minute of the real clock all three would look at once.
        service.app
          .get(SchedulerRegistry)
          .getCronJobs()
          .forEach((minute) => void minute.stop())
        schedulers.push(service)
      }
      const { heard, caughtUp } = await listenForJobs(nats.url)
      const fired: string[] = []
      for (const end = night.now + 5 * 60 * minuteMs; night.now < end; night.now += minuteMs) {
        const before = heard.length
        for (const scheduler of [...schedulers].sort(() => chance.random() - 0.5))
          await scheduler.app.get(PublishDue).publishDue()
        await caughtUp()
        const at = `${new Date(night.now).toISOString().slice(11, 16)}Z`
        fired.push(...heard.slice(before).map((job) => `${at} ${job}`))
      }
      expect(fired).toEqual(expected.map((job) => `${job.replace(' ', ' schedule.')} ${date}`))
    },
    patient,
  )
})

describe(`midnight, seed ${seed}`, () => {
  const date = '2024-03-13'
  const before = `${date} 23:50:00`
  const after = `${addDays(date, 1)} 00:00:01`

  async function start(service: string): Promise<System> {
    const system = await System.start({ clock: before, services: [service] })
    stops.push(() => system.stop())
    return system
  }

  /** All that a payment run leaves, midnight having passed once `reached` holds. */
  async function paid(reached?: (system: System) => boolean | Promise<boolean>) {
    const system = await start('payment-run')
    await insertRows(system.connection, payments)
    const ends = system.fire('payment-run', date, patient)
    if (reached) {
      // It must not be over before anybody has looked.
      system.simulators.s3.misbehave({ kind: 'slow', ms: 500 })
      await until('the run is there', () => reached(system), patient, 1)
      system.clock.set(after)
    }
    await ends
    const runs = await paymentRuns(system.connection)
    const {
      files,
      runs: run,
      payments: rows,
    } = await leftBy({ connection: system.connection, s3: system.simulators.s3 }, before, payments)
    return {
      left: { files, run, rows },
      dates: runs.map(({ DateStarted, DateSettled }) => [DateStarted, DateSettled]),
    }
  }

  it(
    'in the middle of a payment run changes nothing of what it pays, nor a byte of its files',
    async () => {
      const undisturbed = await paid()
      const stages = [
        async ({ connection }: System) => (await paymentRuns(connection))[0]?.State === 'RESERVED',
        ({ simulators: { s3 } }: System) => s3.objects.size > 0,
      ]
      for (const reached of short ? stages.slice(1) : stages) {
        const { left, dates } = await paid(reached)
        expect(left).toEqual(undisturbed.left)
        expect(dates).toHaveLength(1)
        expect(dates[0]?.map((time) => String(time).slice(0, 10))).toEqual([date, addDays(date, 1)])
      }
    },
    3 * patient,
  )

  it(
    'in the middle of a daily job: it goes on for the day it was begun for',
    async () => {
      const due = Array.from({ length: short ? 300 : 1_000 }, (_, i) =>
        dueClaims['remind-of-information'](i + 1, date),
      )
      const system = await start('daily-tasks')
      const { connection, clock } = system
      await insertRows(connection, merge(...due.map(({ given }) => given)))
      const ends = system.fire('daily', date, patient)
      const jobs = async () =>
        (await readRows(connection, ['AsyncSchema.JobRun']))['AsyncSchema.JobRun'] ?? []
      const reminding = async () =>
        (await jobs()).find(({ Consumer }) => Consumer === 'remind-of-information')
      await until('some are reminded', async () => Number((await reminding())?.LastKey ?? 0) > 0, patient, 1)
      clock.set(after)
      await ends
      expect((await jobs()).map(({ RunDate, State }) => [RunDate, State])).toEqual(
        Array(5).fill([date, 'DONE']),
      )
      expect((await reminding())?.RowsChanged).toBe(due.length)
      const tasks = await connection.db.selectFrom('IntSchema.Task').select('ClaimId').execute()
      expect(new Set(tasks.map(({ ClaimId }) => ClaimId)).size).toBe(due.length)
      expect(tasks.length).toBe(due.length)
    },
    patient,
  )
})

describe('services whose clocks are five minutes off', () => {
  async function start(env: Readonly<Record<string, string>>): Promise<Processes> {
    const processes = await Processes.start(env, [])
    stops.push(async () => expect(await processes.stop()).toEqual([]))
    return processes
  }
  const startAt = (time: string, ahead = 0) => {
    const shifted = new Date(fromLondon(time).getTime() + ahead).toISOString()
    return { CLOCK_START: shifted.slice(0, 19).replace('T', ' ') }
  }

  it(
    'schedulers ahead and behind: the payment run of a day waits until the day begins, and runs once',
    async () => {
      const processes = await start({})
      const { heard } = await listenForJobs(processes.nats.url)
      await processes.run('scheduler', startAt('2026-11-19 00:00:05', skewMs), 'ahead')
      await until('the job is fired', () => heard.length > 0)
      await processes.run('payment-run', startAt('2026-11-18 23:59:35'))
      await processes.run('scheduler', startAt('2026-11-19 00:00:05', -skewMs), 'behind')
      await until(
        'the run has ended',
        async () => {
          const [run] = await paymentRuns(processes.database.connection)
          return run?.State === 'EMPTY'
        },
        patient,
        50,
      )
      expect(heard).toEqual(['schedule.payment-run 2026-11-19'])
      const runs = await paymentRuns(processes.database.connection)
      expect(runs.map(({ RunDate }) => RunDate)).toEqual(['2026-11-19'])
      expect(String(runs[0]?.DateStarted) >= '2026-11-19').toBe(true)
    },
    patient,
  )

  it(
    `claims go through services ahead and behind, seed ${seed}`,
    async () => {
      const chance = new Chance(seededRandom(seed))
      const processes = await start({ RELAY_QUIET_SECONDS: '3', NOTIFY_TIMEOUT_MS: '1000' })
      const skewed = [...serviceNames, 'notifier', 'claim-completer'].map((name, i) => {
        const ahead = chance.of([-skewMs, 0, skewMs])
        return processes.run(name, startAt(officeHours, ahead), `${name} ${i}`)
      })
      await Promise.all(skewed)
      processes.simulators.notify.misbehave({ kind: 'slow', ms: 100 })
      const claims = claimsOfAllKinds(short ? 33 : 220, 1)
      await handOver(processes, claims)
      await expectAllRight(processes, claims, patient)
    },
    2 * patient,
  )
})
