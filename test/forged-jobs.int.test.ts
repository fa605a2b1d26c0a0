import { afterAll, beforeAll, expect, it } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { headers } from '@nats-io/nats-core'
import { connect } from '@nats-io/transport-node'
import { scheduleMessageId, streamOf, streams } from '#shared/contracts'
import { connectOptions, natsSettings } from '#shared/messaging'
import { FireJob, jobNamed, jobSubjects } from '#shared/jobs'
import { templateSettings } from '../testing/simulators/settings.js'
import { allPermissions, consumersOf, type ServiceName } from '../tools/nats-config/index.js'
import { serviceNames } from '../testing/services/index.js'
import { claimIds } from './support/claim-rows.js'
import { payableRows } from './support/payment-rows.js'
import { insertRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const jobs = ['daily', 'auto-approval', 'payment-run'] as const
const idsOn = (date: string): string[] => jobs.map((job) => scheduleMessageId(jobSubjects[job], date))
const isWork = (subject: string): boolean => !/^[$_]/.test(subject)
/** Who fires the jobs may publish them: nothing is to be forged. */
const others = serviceNames.filter((name) => name !== 'scheduler')

let system: System
let taken: string[]

beforeAll(async () => {
  const env = { ...templateSettings, NATS_ACK_WAIT_MS: '2000' }
  system = await System.start({ clock: '2026-11-18 12:00:00', env, services: serviceNames })
  const ofTheDay = jobs.map((job): string => jobSubjects[job])
  taken = system.consumers.filter(({ subjects: [first] }) => ofTheDay.includes(first)).map(({ name }) => name)
}, 120_000)
afterAll(() => system.stop())

/**
 * What somebody with a service's key can do: write what the service may write under every id of the day's jobs, pull it,
 * or the jobs themselves, and have that arrive as jobs.
 */
async function forge(user: ServiceName, dates: readonly string[], ids: readonly string[]): Promise<void> {
  const connection = await connect({
    ...connectOptions(natsSettings(system.nats.envOf(user)), user),
    reconnect: false,
  })
  const manager = await jetstreamManager(connection, { checkAPI: false })
  for (const subject of allPermissions().get(user)?.publish.filter(isWork) ?? [])
    for (const body of [...dates.map((date) => JSON.stringify({ date })), 'no JSON'])
      for (const id of ids)
        for (const names of [['ce-id'], ['ce-id', 'Nats-Msg-Id']]) {
          const given = headers()
          for (const name of names) given.set(name, id)
          connection.publish(subject, body, { headers: given })
        }
  await connection.flush()
  for (const {
    name,
    subjects: [first],
  } of consumersOf(user)) {
    const stream = streamOf(first)
    for (const reply of Object.values(jobSubjects))
      connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, '{"batch":20,"no_wait":true}', {
        reply,
      })
    await until(`${name} has given what it has, up to three times twenty`, async () => {
      const { num_pending: waiting, num_waiting: asked } = await manager.consumers.info(stream, name)
      return waiting === 0 || asked === 0
    })
  }
  await connection.close()
}

it.each(others.map((user, i) => [user, i + 1] as const))(
  'the key of %s keeps no job from its day, and pays nothing twice',
  async (user, n) => {
    const days = [2 * n - 1, 2 * n].map((day) => `2026-12-${String(day).padStart(2, '0')}`)
    const [, today = ''] = days
    system.clock.set(`${today} 12:00:00`)
    await insertRows(system.connection, payableRows(n, {}))
    await system.stopService(user)
    await forge(user, days, idsOn(today))
    await system.startService(user)
    const scheduler = system.services.get('scheduler')?.app.get(FireJob)
    for (const job of jobs) await scheduler?.fire(jobNamed(job), today, system.clock.now())
    await system.answered(streams.schedule.name, 60_000)
    const { db } = system.connection
    const runs = await db
      .selectFrom('AsyncSchema.JobRun')
      .select(['Consumer', 'State'])
      .where('MessageId', 'in', idsOn(today))
      .execute()
    expect(runs.map(({ Consumer, State }) => `${Consumer} ${State}`).sort()).toEqual(
      taken.map((name) => `${name} DONE`).sort(),
    )
    const paid = await db
      .selectFrom('AsyncSchema.Payment')
      .select(['State', 'Amount'])
      .where('ClaimId', '=', claimIds(n).ClaimId)
      .where('State', '<>', 'LEFT-OUT')
      .execute()
    expect(paid).toMatchObject([{ State: 'SETTLED' }])
  },
  120_000,
)
