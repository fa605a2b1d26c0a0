import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Type } from '@nestjs/common'
import { ShiftedClock } from '#shared/clock'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import { startService, type RunningService } from '#shared/service'
import { AppModule as ClaimCompleter } from '../apps/claim-completer/src/app.module.js'
import { AppModule as DwpChecker } from '../apps/dwp-checker/src/app.module.js'
import { AppModule as Notifier } from '../apps/notifier/src/app.module.js'
import { AppModule as TaskRelayModule } from '../apps/task-relay/src/app.module.js'
import { TaskRelay } from '../apps/task-relay/src/relay-tasks/task-relay.service.js'
import { claimOfKind, submit, type ClaimKind } from '../testing/simulators/external-web-app/index.js'
import { startSimulators } from '../testing/simulators/index.js'
import { simulatorSettings } from '../testing/simulators/settings.js'
import { startNatsServer } from '../testing/nats-server/index.js'
import { provideOnce } from '../tools/provision/index.js'
import { isIdle } from './claims-world.js'
import { median, type Benchmark, type Figure } from './figures.js'
import { RoundTripCounter, type Trips } from './round-trip-counter.js'
import { until } from './until.js'

const claimsOfAKind = 5
const relayName = 'task-relay'
const kinds = { 'first-time': 'first claim, bank', 'repeat-passing': 'repeat claim, auto-approved' } as const
const modules: Readonly<Record<string, Type>> = {
  [relayName]: TaskRelayModule,
  'claim-completer': ClaimCompleter,
  'dwp-checker': DwpChecker,
  notifier: Notifier,
}
/** So long that the relay only looks when it is told to: looks in vain are no claim's. */
const never = String(24 * 3_600_000)

/** Round trips to the database for one claim alone, by service. All of them run in this process. */
export const roundTripsBench: Benchmark = async (progress) => {
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-bench-'))
  const connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: folder }))
  const [nats, simulators] = await Promise.all([startNatsServer(), startSimulators()])
  const counter = new RoundTripCounter()
  const services = new Map<string, RunningService>()
  try {
    await migrate(connection, { withWebApps: true })
    // In office hours.
    const clock = new ShiftedClock('2026-11-18 11:00:00')
    const env = {
      ...simulatorSettings(simulators),
      DATA_DIR: folder,
      NATS_URL: nats.url,
      RELAY_POLL_MS: never,
      LOG_LEVEL: 'warn',
    }
    await provideOnce(env)
    for (const [name, module] of Object.entries(modules)) {
      const start = () => startService(module, { name, env, port: 0, clock })
      // Of the relay its looks are counted, and not that it now and then searches its outbox.
      const service = name === relayName ? await start() : await counter.by(name, start)
      await service.ready
      services.set(name, service)
    }
    const relay = services.get(relayName)?.app.get(TaskRelay)
    const figures: Figure[] = []
    let number = 0
    for (const [kind, title] of Object.entries(kinds)) {
      progress(`round trips: ${title}`)
      const runs: Map<string, Trips>[] = []
      for (let count = 0; count < claimsOfAKind; count++) {
        await submit(connection, [claimOfKind(kind as ClaimKind, ++number, clock.now())], { clock })
        counter.take()
        await counter.by(relayName, async () => relay?.relay())
        await until('the claim has ended', () => isIdle(connection))
        runs.push(counter.take())
      }
      figures.push(...figuresOf(title, runs))
    }
    return figures
  } finally {
    await Promise.all([...services.values()].map((service) => service.stop()))
    await Promise.all([nats.stop(), simulators.close(), connection.close()])
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Medians, for on a busy machine something may have been tried twice. */
function figuresOf(title: string, runs: readonly Map<string, Trips>[]): Figure[] {
  const of = (name: string, what: keyof Trips) => median(runs.map((trips) => trips.get(name)?.[what] ?? 0))
  const names = Object.keys(modules)
  const total = (what: keyof Trips) => names.reduce((sum, name) => sum + of(name, what), 0)
  return [
    { name: `${title}: round trips`, value: total('roundTrips'), unit: '' },
    ...names.map((name) => ({
      name: `${title}: round trips of ${name}`,
      value: of(name, 'roundTrips'),
      unit: '',
    })),
    { name: `${title}: statements of the embedded database`, value: total('statements'), unit: '' },
  ]
}
