import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { streams } from '#shared/contracts'
import { seededRandom } from '../../testing/simulators/misbehaviour.js'
import type { SubmittedClaim } from '../../testing/simulators/external-web-app/index.js'
import { NatsCluster, type RunningNatsServer } from '../../testing/nats-server/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { Accounts } from './support/accounts.js'
import { claimsOfAllKinds, emailsOf, expectAllRight, handOver, officeHours } from './support/good-claims.js'
import { Chance } from './support/malformed-messages.js'

const short = process.env.FAULTS === 'short'
const seed = inject('seed')
const claimsATime = short ? 22 : 88
const patient = 90_000
const limit = 3 * patient

/** Three nats-servers that keep three copies of everything, and the built services with claims under way. */
describe(`a cluster of three nats-servers, seed ${seed}`, () => {
  const chance = new Chance(seededRandom(seed))
  let cluster: NatsCluster
  let processes: Processes<NatsCluster> | undefined
  let claims = 0

  beforeEach(async () => {
    cluster = await NatsCluster.start()
  }, 120_000)

  afterEach(async () => {
    const stopped = await processes?.stop()
    processes = undefined
    await cluster.stop()
    expect(stopped ?? []).toEqual([])
  }, 60_000)

  async function start(services: readonly string[] = serviceNames) {
    processes = await Processes.startOn(
      cluster,
      {
        CLOCK_START: officeHours.slice(0, 19),
        NATS_ACK_WAIT_MS: '2000',
        NATS_STREAM_REPLICAS: '3',
        RELAY_QUIET_SECONDS: '3',
      },
      services,
    )
    return processes
  }

  /** Hands claims over, and waits until part of the emails is sent; how much of it is left to chance. */
  async function intoTheMiddle(world: Processes<NatsCluster>): Promise<SubmittedClaim[]> {
    const some = claimsOfAllKinds(claimsATime, claims + 1)
    claims += claimsATime
    for (const simulator of [world.simulators.notify, world.simulators.benefitChecker])
      simulator.misbehave({ kind: 'slow', ms: 60 })
    await handOver(world, some)
    const enough = claimsATime * (0.1 + 0.5 * chance.random())
    await until('part of the emails is sent', () => emailsOf(world, some).length >= enough, patient)
    return some
  }

  /** Every claim has its end, each email was sent once, and every message is answered. */
  async function expectNothingLost(world: Processes<NatsCluster>, some: readonly SubmittedClaim[]) {
    await expectAllRight(world, some, patient)
    const accounts = await Accounts.open(world.nats.url)
    try {
      const { connection } = world.database
      await until('nothing is to come any more', () => accounts.nothingToCome(connection), patient, 100)
      const open = (await accounts.ofEachConsumer(connection)).filter(({ open }) => open.length)
      expect(open).toEqual([])
    } finally {
      await accounts.close()
    }
  }

  /** Of the stream of claims, of that of emails, and of the cluster's own records. */
  const leaders = [
    () => cluster.leaderOf(streams.claims.name),
    () => cluster.leaderOf(streams.notifications.name),
    () => cluster.metaLeader(),
  ]

  it(
    'that lose the leader of one stream after the other in the middle, each started again later',
    async () => {
      const world = await start()
      for (const find of short ? [chance.of(leaders)] : leaders) {
        const some = await intoTheMiddle(world)
        const leader = await find()
        await leader?.kill()
        await until(
          'the others have elected another leader',
          async () => {
            const next = await find().catch(() => undefined)
            return next !== undefined && next !== leader
          },
          patient,
          100,
        )
        await leader?.restart()
        await expectNothingLost(world, some)
      }
    },
    limit,
  )

  it(
    'that lose one of them for good: work goes on with two, and services start with two',
    async () => {
      const world = await start()
      const some = await intoTheMiddle(world)
      await chance.of(cluster.servers).kill()
      await expectNothingLost(world, some)
      const more = await intoTheMiddle(world)
      await world.kill('claim-completer')
      await world.run('claim-completer')
      await expectNothingLost(world, more)
    },
    limit,
  )

  it(
    'of which only one is there as the services start: they wait, and work as soon as a second one comes',
    async () => {
      const [first, second, third] = cluster.servers
      await Promise.all([second?.kill(), third?.kill()])
      const world = await start([])
      const starting = Promise.allSettled(serviceNames.map((name) => world.run(name, {}, name, 2 * patient)))
      await until(
        'all of them have asked',
        () => connectionsOf(first).then((n) => n >= serviceNames.length),
        patient,
        100,
      )
      await second?.restart()
      const refused = (await starting).flatMap((each) =>
        each.status === 'rejected' ? [String(each.reason)] : [],
      )
      expect(refused).toEqual([])
      await third?.restart()
      await expectNothingLost(world, await intoTheMiddle(world))
    },
    limit,
  )
})

/** How many clients a server has. */
async function connectionsOf(server: RunningNatsServer | undefined): Promise<number> {
  const answer = await fetch(`${server?.httpUrl}/connz`)
  return ((await answer.json()) as { num_connections: number }).num_connections
}
