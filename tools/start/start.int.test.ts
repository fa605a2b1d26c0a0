import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseConnection, databaseSettings, migrate } from '#shared/database'
import { ShiftedClock } from '#shared/clock'
import {
  benefitAnswers,
  claimEnds,
  claimOfKind,
  differences,
  submit,
} from '../../testing/simulators/external-web-app/index.js'
import { startSimulators, type Simulators } from '../../testing/simulators/index.js'
import { simulatorSettings } from '../../testing/simulators/settings.js'
import { readExposition } from '../../test/support/exposition.js'
import { until } from '../../test/support/until.js'
import { startNatsServer, type RunningNatsServer } from '../../testing/nats-server/index.js'
import { startTopologyKeeper, type RunningTopologyKeeper } from '../provision/index.js'
import { ServiceProcess, serviceNames } from '../../testing/services/index.js'

const patience = 120_000
const start = '2026-11-18 11:00:00'

interface Line {
  readonly service: string
  readonly msg: string
  readonly consumer?: string
}

// This runs what was built: `npm test` builds first, and so must whoever runs this file alone.
describe('all services in one process', () => {
  let nats: RunningNatsServer
  let simulators: Simulators
  let folder: string
  let connection: DatabaseConnection
  let env: Record<string, string | undefined>
  let keeper: RunningTopologyKeeper
  let services: ServiceProcess
  const lines: string[] = []

  beforeAll(async () => {
    ;[nats, simulators, folder] = await Promise.all([
      startNatsServer(),
      startSimulators(),
      mkdtemp(join(tmpdir(), 'start-')),
    ])
    connection = DatabaseConnection.open(databaseSettings({ DATA_DIR: folder }))
    await migrate(connection, { withWebApps: true })
    keeper = await startTopologyKeeper({ NATS_URL: nats.url })
    env = {
      PATH: process.env.PATH,
      ...simulatorSettings(simulators),
      NATS_URL: nats.url,
      DATA_DIR: folder,
      PORT: '0',
      CLOCK_START: start,
      LOG_LEVEL: 'debug',
    }
    services = new ServiceProcess('services', { env, onLine: (line) => lines.push(line) })
  }, patience)

  afterAll(async () => {
    await services.stop()
    await keeper.stop()
    await Promise.all([nats.stop(), simulators.close(), connection.close()])
    await rm(folder, { recursive: true, force: true })
  })

  const portsOf = () => Promise.all(serviceNames.map((name) => services.listeningAs(name)))

  async function ask(name: string, path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${await services.listeningAs(name)}/${path}`)
  }

  /** The series of a metric that are not nought, by the service that shows them. */
  async function shown(metric: string): Promise<string[]> {
    const series: string[] = []
    for (const name of serviceNames) {
      const samples = readExposition(await (await ask(name, 'metrics')).text()).get(metric)?.samples ?? []
      for (const { labels, value } of samples)
        if (value) series.push([name, value, ...Object.values(labels)].join(' '))
    }
    return series
  }

  it(
    'have a port, a name and a health each, and nothing runs beside the one process',
    async () => {
      expect(new Set(await portsOf()).size).toBe(serviceNames.length)
      for (const name of serviceNames) {
        await until(`${name} is ready`, async () => (await ask(name, 'health/readiness')).ok, patience, 50)
        expect(await (await ask(name, 'info')).json()).toMatchObject({ name })
      }
      expect(await readFile(`/proc/${services.pid}/task/${services.pid}/children`, 'utf8')).toBe('')
    },
    patience,
  )

  it(
    'count for themselves, and log under their own names',
    async () => {
      const clock = new ShiftedClock(start)
      const claims = [claimOfKind('repeat-passing', 1, clock.now())]
      simulators.benefitChecker.setStatusBySurname(benefitAnswers(claims))
      await submit(connection, claims, { clock })
      const calls = () => ({
        notify: simulators.notify.calls,
        benefitChecker: simulators.benefitChecker.calls,
      })
      await until(
        'the claim has ended as its input says',
        async () =>
          (await claimEnds(connection, calls(), claims)).every(
            (end, i) => end && claims[i] && differences(claims[i], end).length === 0,
          ),
        patience,
        50,
      )
      const handled = [
        'claim-completer 1 approve-claim done',
        'claim-completer 1 complete-claim done',
        'dwp-checker 1 check-benefit done',
        'notifier 2 send-email done',
      ]
      await until(
        'all answers are counted',
        async () =>
          (await shown('hwpv_messages_handled_total')).filter((line) => !line.includes('missed')).length ===
          handled.length,
        patience,
        50,
      )
      const ofClaims = (await shown('hwpv_messages_handled_total')).filter((line) => !line.includes('missed'))
      expect(ofClaims.sort()).toEqual(handled)
      expect(await shown('hwpv_tasks_relayed_total')).toEqual(['task-relay 1 COMPLETE-CLAIM'])
      expect((await shown('hwpv_upstream_requests_total')).sort()).toEqual([
        'dwp-checker 1 benefit-checker check ok',
        'notifier 2 notify send-email ok',
      ])
      expect(await shown('hwpv_nats_connected')).toEqual(serviceNames.map((name) => `${name} 1`))
      const logged = lines.map((line) => JSON.parse(line) as Line)
      const loggedBy = (consumer: string) =>
        new Set(logged.filter((line) => line.consumer === consumer).map(({ service }) => service))
      expect([...loggedBy('send-email')]).toEqual(['notifier'])
      expect([...loggedBy('check-benefit')]).toEqual(['dwp-checker'])
      for (const name of serviceNames)
        expect(logged.filter(({ service }) => service === name).map(({ msg }) => msg)).toEqual(
          expect.arrayContaining(['service started', 'service is ready']),
        )
    },
    patience,
  )

  it(
    'stop in order, all of them, at one signal',
    async () => {
      expect(await services.stop()).toBe('exit code 0')
      const stopped = lines
        .map((line) => JSON.parse(line) as Line)
        .filter(({ msg }) => msg === 'service stopped')
      expect(stopped.map(({ service }) => service).sort()).toEqual([...serviceNames].sort())
    },
    patience,
  )

  it(
    'are not started where one of them lacks something, and each of those says what',
    async () => {
      const said: string[] = []
      const without = { ...env, APVS_NOTIFY_API_KEY: undefined, APVS_DISTANCE_CALCULATION_ENABLED: 'perhaps' }
      const lacking = new ServiceProcess('services', { env: without, onLine: (line) => said.push(line) })
      expect((await lacking.ended).outcome).toBe('exit code 1')
      expect(said.filter((line) => line.includes('settings:')).sort()).toEqual([
        expect.stringMatching(/^claim-completer: settings: .*APVS_DISTANCE_CALCULATION_ENABLED/),
        expect.stringMatching(/^notifier: settings: .*APVS_NOTIFY_API_KEY/),
      ])
    },
    patience,
  )
})
