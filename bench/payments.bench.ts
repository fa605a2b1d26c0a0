import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ShiftedClock } from '#shared/clock'
import { scheduleMessageId, subjects } from '#shared/contracts'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import { Publisher } from '#shared/messaging'
import { startService } from '#shared/service'
import { AppModule } from '../apps/payment-run/src/app.module.js'
import { insertDueClaims } from '../testing/simulators/external-web-app/index.js'
import { startSimulators } from '../testing/simulators/index.js'
import { simulatorSettings } from '../testing/simulators/settings.js'
import { startNatsServer } from '../testing/nats-server/index.js'
import { provideOnce } from '../tools/provision/index.js'
import { memoryOf } from '../testing/services/index.js'
import { ClaimsWorld } from './claims-world.js'
import type { Benchmark, Figure } from './figures.js'
import { verifyPaid } from './paid-sums.js'
import { RoundTripCounter } from './round-trip-counter.js'
import { until } from './until.js'

const claims = 100_000
/** Enough pages to tell what a page takes; counted in a process of their own kind. */
const countedClaims = 10_000
const limitMs = 600_000
const service = 'payment-run'
const subject = subjects.schedulePaymentRun

/** One payment run over very many claims: how long, in how much memory, with how many round trips. */
export const paymentsBench: Benchmark = async (progress) => [
  ...(await timed(progress)),
  ...(await counted(progress)),
]

async function timed(progress: (line: string) => void): Promise<Figure[]> {
  const world = await ClaimsWorld.start()
  try {
    progress(`payments: inserting ${claims} approved claims`)
    const now = world.clock.now()
    const due = await insertDueClaims(world.connection, { claims, now })
    const { pid } = await world.startService(service)
    const date = now.slice(0, 10)
    const begun = performance.now()
    await world.publish(subject, { date }, scheduleMessageId(subject, date))
    await isPaid(world.connection)
    const seconds = (performance.now() - begun) / 1_000
    progress(`payments: settled after ${seconds.toFixed(1)} s`)
    await verifyPaid(world.connection, world.simulators.settings, due)
    return [
      { name: `${claims} claims paid in one run`, value: seconds, unit: 's', target: { under: 60 } },
      {
        ...{ name: `${service}, memory at its peak`, value: memoryOf(pid).peak, unit: 'MB' },
        target: { under: 300 },
      },
    ]
  } finally {
    await world.stop()
  }
}

/** The service runs in this process, for its round trips are counted here. */
async function counted(progress: (line: string) => void): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-bench-'))
  const connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: folder }))
  const [nats, simulators] = await Promise.all([startNatsServer(), startSimulators()])
  const counter = new RoundTripCounter()
  const settings = simulatorSettings(simulators)
  const clock = new ShiftedClock('2026-11-18 00:05:00')
  const env = { ...settings, DATA_DIR: folder, NATS_URL: nats.url, LOG_LEVEL: 'warn' }
  try {
    await migrate(connection, { withWebApps: true })
    await provideOnce(env)
    const due = await insertDueClaims(connection, { claims: countedClaims, now: clock.now() })
    const options = { name: service, env, port: 0, clock }
    const running = await counter.by(service, () => startService(AppModule, options))
    try {
      await running.ready
      counter.take()
      progress(`payments: counting the round trips for ${countedClaims} claims`)
      const date = clock.now().slice(0, 10)
      const id = scheduleMessageId(subject, date)
      await running.app.get(Publisher).publish({ id, subject, body: { date } })
      await isPaid(connection)
      const trips = counter.take().get(service)
      await verifyPaid(connection, settings, due)
      const name = `${countedClaims} claims paid in one run`
      return [
        { name: `${name}: round trips`, value: trips?.roundTrips ?? 0, unit: '' },
        { name: `${name}: statements of the embedded database`, value: trips?.statements ?? 0, unit: '' },
      ]
    } finally {
      await running.stop()
    }
  } finally {
    await Promise.all([nats.stop(), simulators.close(), connection.close()])
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Waits until both consumers of the event have ended. @throws if one has failed */
async function isPaid({ db }: DatabaseConnection): Promise<void> {
  await until(
    'the payment run is done',
    async () => {
      const jobs = await db.selectFrom('AsyncSchema.JobRun').select(['State', 'LastReason']).execute()
      const failed = jobs.find(({ State }) => State === 'FAILED')
      if (failed) throw new Error(`the payment run failed: ${failed.LastReason}`)
      return jobs.length === 2 && jobs.every(({ State }) => State === 'DONE')
    },
    { everyMs: 100, limitMs },
  )
}
