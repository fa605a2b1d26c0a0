import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect as openSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jetstream } from '@nats-io/jetstream'
import { AuthorizationError, nkeyAuthenticator, nkeys, PermissionViolationError } from '@nats-io/nats-core'
import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node'
import { dayOf, toLondon } from '#shared/clock'
import {
  deadLetterSubject,
  mapped,
  messages,
  streamOf,
  streams,
  subjects,
  type MessageDefinition,
} from '#shared/contracts'
import { connectOptions, NatsClient, natsSettings } from '#shared/messaging'
import { FireJob, jobNamed } from '#shared/jobs'
import { startService } from '#shared/service'
import { claimOfKind, submit } from '../testing/simulators/external-web-app/index.js'
import { templateSettings } from '../testing/simulators/settings.js'
import {
  configFolder,
  consumersOf,
  moduleOf,
  publishedBy,
  userNames,
  type ServiceName,
  type UserName,
} from '../tools/nats-config/index.js'
import { findNatsServer } from '../testing/nats-server/index.js'
import { serviceNames } from '../testing/services/index.js'
import { BareClient } from './support/bare-client.js'
import { brokerSecrets } from './support/broker-secrets.js'
import { brokerVariables, startBroker, type Broker } from './support/broker.js'
import { testEnvironment } from './support/environment.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const claimSubjects: readonly string[] = streams.claims.subjects
const emailSubjects: readonly string[] = streams.notifications.subjects
const jobs: readonly string[] = streams.schedule.subjects
const workSubjects = [...claimSubjects, ...emailSubjects, ...jobs]
const alerts: readonly string[] = streams.alerts.subjects

/** The work that each user may hand to others: services what follows from theirs, people all of it. */
const mayPublish: Readonly<Record<UserName, readonly string[]>> = {
  ...(mapped(serviceNames, (service) => [service, publishedBy(service)]) as {
    readonly [Service in ServiceName]: readonly string[]
  }),
  provision: [],
  ops: workSubjects,
  console: workSubjects,
  'web-app': Object.values<MessageDefinition>(messages)
    .filter(({ fromWebApps }) => fromWebApps)
    .map(({ subject }) => subject),
}

const consumers = serviceNames.flatMap((service) =>
  consumersOf(service).map((definition) => ({
    owner: service,
    name: definition.name,
    stream: streamOf(definition.subjects[0]),
    // Who only looks on gives up on nothing, and nobody does in its place.
    givesUp: !definition.observes,
  })),
)

/** What only its owner may do with a consumer. */
const doings = ({ name, stream }: (typeof consumers)[number]): string[] => [
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`,
  `$JS.ACK.${stream}.${name}.1.1.1.1700000000000000000.0`,
  `$JS.ACK.hub.A1B2.${stream}.${name}.1.1.1.1700000000000000000.0.x`,
  // Nine parts, as another stream's consumer would have it answered.
  `$JS.ACK.CLAIMS.any-other.${stream}.${name}.1.1.1`,
]

/** What nobody may do. */
const forbidden = [
  ...Object.values(streams).flatMap(({ name }) => [
    `$JS.API.STREAM.DELETE.${name}`,
    `$JS.API.STREAM.PURGE.${name}`,
    `$JS.API.STREAM.SNAPSHOT.${name}`,
    `$JS.API.STREAM.RESTORE.${name}`,
    ...(name === streams.deadLetters.name ? [] : [`$JS.API.STREAM.MSG.DELETE.${name}`]),
  ]),
  ...consumers.flatMap(({ name, stream }) => [`$JS.API.CONSUMER.DELETE.${stream}.${name}`]),
  '$JS.API.STREAM.CREATE.OTHER',
  '$JS.API.STREAM.DELETE.KV_hwpv-control',
  '$JS.API.STREAM.PURGE.KV_hwpv-control',
  '$SYS.REQ.SERVER.PING',
  '$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.CLAIMS.complete-claim',
  ...consumers.filter(({ givesUp }) => !givesUp).map(({ name }) => deadLetterSubject(name)),
  'anything.else',
]

/** Subjects that a user must not publish to. */
function notItsOwn(user: UserName): string[] {
  const others = consumers.filter(({ owner }) => owner !== user)
  const givesUpForOthers = user === 'task-relay'
  return [
    ...forbidden,
    ...[...workSubjects, ...alerts].filter((subject) => !mayPublish[user].includes(subject)),
    ...others.flatMap(doings),
    ...(givesUpForOthers
      ? []
      : others.filter(({ givesUp }) => givesUp).map(({ name }) => deadLetterSubject(name))),
    ...userNames.filter((other) => other !== user).map((other) => `_INBOX.${other}.x.1`),
    ...(user === 'ops' || user === 'console'
      ? // What the services tell each other is theirs.
        ['$KV.hwpv-control.rate.send-email', '$KV.hwpv-control.turn.chat', '$KV.hwpv-control.anything']
      : [
          `$JS.API.STREAM.MSG.DELETE.${streams.deadLetters.name}`,
          ...Object.values(streams).map(({ name }) => `$JS.API.DIRECT.GET.${name}`),
          '$JS.API.DIRECT.GET.KV_hwpv-control',
          ...others.map(({ name }) => `$KV.hwpv-control.paused.${name}`),
        ]),
    // The program `nats` asks for them, and nothing of ours does.
    ...(user === 'ops' ? [] : ['$JS.API.STREAM.NAMES', '$JS.API.STREAM.LIST']),
  ]
}

/** Subjects on which a user must not listen. */
const notItsEars = (user: UserName): string[] => [
  ...['>', '*.>', '_INBOX.>', '$JS.>', '$JS.EVENT.>', '$JS.API.>', '$SYS.>', '$KV.>'],
  ...['claims.>', 'notifications.>', 'support.>', 'schedule.>', 'dead-letters.>', ...alerts, ...workSubjects],
  ...userNames.filter((other) => other !== user).map((other) => `_INBOX.${other}.>`),
  ...(user === 'task-relay' ? [] : ['tasks.waiting']),
]

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'strangers-'))
})

afterAll(() => rm(folder, { recursive: true }))

/** Where the key of somebody nobody knows is kept. */
function seedFileOf(stranger: ReturnType<typeof nkeys.createUser>): string {
  const file = join(folder, stranger.getPublicKey())
  writeFileSync(file, stranger.getSeed())
  return file
}

describe('the broker as in production', () => {
  let broker: Broker
  const connections: NatsConnection[] = []

  beforeAll(async () => {
    broker = await startBroker({ open: false })
  }, 120_000)

  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()))
    await broker.stop()
  })

  const optionsOf = (user: UserName): NodeConnectionOptions => ({
    ...connectOptions(natsSettings(broker.envOf(user)), user),
    reconnect: false,
  })

  async function connectedWith(options: NodeConnectionOptions): Promise<NatsConnection> {
    const connection = await connect(options)
    connections.push(connection)
    return connection
  }

  /** The subjects that the broker refuses on a connection, of those that `use` touches. */
  async function refused(user: UserName, use: (connection: NatsConnection) => void): Promise<string[]> {
    const connection = await connectedWith(optionsOf(user))
    const found: string[] = []
    const watched = (async () => {
      for await (const status of connection.status()) {
        if (status.type !== 'error') continue
        if (!(status.error instanceof PermissionViolationError)) throw status.error
        found.push(status.error.subject)
      }
    })()
    use(connection)
    await connection.flush()
    await connection.close()
    await watched
    return found
  }

  const publishing = (user: UserName, all: readonly string[]) =>
    refused(user, (connection) => all.forEach((subject) => connection.publish(subject)))

  const subscribing = (user: UserName, all: readonly string[]) =>
    refused(user, (connection) =>
      all.forEach((subject) => connection.subscribe(subject, { callback: () => undefined })),
    )

  it.each(userNames)('%s cannot publish what is not its own', async (user) => {
    const all = notItsOwn(user)
    expect((await publishing(user, all)).sort()).toEqual([...all].sort())
  })

  it.each(userNames)('%s cannot listen to what is not its own', async (user) => {
    const all = notItsEars(user)
    expect((await subscribing(user, all)).sort()).toEqual([...all].sort())
  })

  it.each(userNames)('%s can publish and listen to what is its own', async (user) => {
    const own = consumers.filter(({ owner }) => owner === user)
    // But for the last, the misleading answer.
    const withConsumers = own.flatMap((each) => doings(each).slice(0, -1))
    const letters = (user === 'task-relay' ? consumers : own)
      .filter(({ givesUp }) => givesUp)
      .map(({ name }) => deadLetterSubject(name))
    expect(await publishing(user, [...mayPublish[user], ...withConsumers, ...letters])).toEqual([])
    expect(await subscribing(user, [`_INBOX.${user}.>`])).toEqual([])
  })

  it.each(['ops', 'console', 'web-app', 'task-relay'] as const)(
    '%s deals with the notice that tasks wait',
    async (user) => {
      if (user === 'task-relay') expect(await subscribing(user, ['tasks.waiting'])).toEqual([])
      else expect(await publishing(user, ['tasks.waiting'])).toEqual([])
    },
  )

  const refusedFor = async (options: NodeConnectionOptions): Promise<unknown> => {
    try {
      await connectedWith({ ...options, reconnect: false })
      return 'connected'
    } catch (error) {
      return error
    }
  }

  it('refuses whoever has no key, or one that it does not know', async () => {
    const { servers, tls } = optionsOf('notifier')
    const withoutKey = { servers: servers ?? '', tls: tls ?? null }
    expect(await refusedFor(withoutKey)).toBeInstanceOf(AuthorizationError)
    expect(await refusedFor({ ...withoutKey, user: 'tests', pass: 'tests' })).toBeInstanceOf(
      AuthorizationError,
    )
    const authenticator = nkeyAuthenticator(nkeys.createUser().getSeed())
    expect(await refusedFor({ ...withoutKey, authenticator })).toBeInstanceOf(AuthorizationError)
  })

  it('answers nobody who does not speak TLS', async () => {
    const socket = openSocket(broker.port, '127.0.0.1')
    let heard = ''
    socket.on('data', (data) => (heard += data.toString('latin1')))
    socket.write('CONNECT {"verbose":true,"user":"tests","pass":"tests"}\r\nPING\r\n')
    await new Promise((resolve) => socket.once('close', resolve))
    expect(heard).toMatch(/^INFO .*"tls_required":true/)
    expect(heard).not.toContain('PONG')
    expect(heard).not.toContain('+OK')
  })

  it('is not believed without its authority', async () => {
    const options = optionsOf('notifier')
    delete options.tls
    expect(await refusedFor(options)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
  })

  it('takes no message of more than 64 KB', async () => {
    const connection = await connectedWith(optionsOf('web-app'))
    expect(connection.info?.max_payload).toBe(65_536)
    expect(() => connection.publish(subjects.claimSubmitted, new Uint8Array(65_537))).toThrow(
      'max_payload size exceeded',
    )
  })

  it('has a configuration that nats-server finds valid, alone and in a cluster', async () => {
    const binary = await findNatsServer()
    if (binary.kind !== 'program') return
    const secrets = await brokerSecrets()
    const env = {
      ...brokerVariables(join(secrets.ca, '..'), secrets),
      HWPV_NATS_LISTEN: '0.0.0.0:4222',
      HWPV_NATS_MONITOR: '0.0.0.0:8222',
      HWPV_NATS_STORE: '/data/jetstream',
      HWPV_NATS_SERVER_NAME: 'nats-1',
      HWPV_NATS_CLUSTER_LISTEN: '0.0.0.0:6222',
      ...Object.fromEntries([1, 2, 3].map((n) => [`HWPV_NATS_ROUTE_${n}`, `nats-route://nats-${n}:6222`])),
    }
    for (const file of ['nats-server.conf', 'cluster.conf']) {
      const run = promisify(execFile)(binary.path, ['-t', '-c', join(configFolder, file)], { env })
      expect((await run).stderr).toContain('is valid')
    }
  })
})

describe('the services, each as its own user', () => {
  let system: System
  let client: BareClient
  const clock = '2026-11-18 10:30:00.000'
  let claims = 0

  beforeAll(async () => {
    system = await System.start({
      clock: clock.slice(0, 19),
      env: templateSettings,
      services: serviceNames,
    })
    client = await BareClient.connect(system.nats.url)
  }, 120_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  async function claimGoesThrough(): Promise<void> {
    const emails = system.simulators.notify.calls.length
    await submit(system.connection, [claimOfKind('first-time', ++claims, clock)], { clock: system.clock })
    await system.settled()
    expect(system.simulators.notify.calls.length).toBe(emails + 1)
  }

  const refusals = () =>
    system.logLines.filter((line) => line.includes('the broker does not let this service'))

  const clientOf = (service: string): NatsClient => {
    const running = system.services.get(service)
    if (!running) throw new Error(`no ${service}`)
    return running.app.get(NatsClient)
  }

  it('take a claim through, run the jobs, and give up what is hopeless, without a word from the broker', async () => {
    await claimGoesThrough()
    const jobs = system.services.get('scheduler')?.app.get(FireJob)
    const now = system.clock.now()
    for (const job of ['daily', 'auto-approval', 'payment-run'] as const)
      await jobs?.fire(jobNamed(job), dayOf(now), now)
    await system.answered(streams.schedule.name)
    await client.publish(subjects.claimArchiveDue, 'not even JSON')
    await until('a dead letter', async () => (await client.read(streams.deadLetters.name)).length === 1)
    expect(refusals()).toEqual([])
  })

  it('make what is missing anew when the whole store is lost', async () => {
    await system.nats.kill()
    await rm(system.nats.storeDir, { recursive: true })
    await system.nats.restart()
    await claimGoesThrough()
    expect(refusals()).toEqual([])
  })

  it('keep a message of 32 KB whole when they give it up, and take none that is larger', async () => {
    const largest = 'x'.repeat(32_768)
    await client.publish(subjects.claimSubmitted, largest)
    await until('its dead letter', async () =>
      (await client.read(streams.deadLetters.name)).some(({ body }) => body === largest),
    )
    await expect(client.publish(subjects.claimSubmitted, `${largest}x`)).rejects.toThrow(
      'message size exceeds',
    )
  })

  it('tell of what the broker refuses, by its subject', async () => {
    const connection = clientOf('notifier').core
    await expect(jetstream(connection).publish(subjects.claimSubmitted, '{}')).rejects.toThrow(
      'Permissions Violation for Publish to "claims.submitted"',
    )
    connection.subscribe('schedule.>', { callback: () => undefined })
    await until('both are told of', () => refusals().length === 2)
    expect(refusals().map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 50, subject: subjects.claimSubmitted, error: { name: 'PermissionViolationError' } },
      { level: 50, subject: 'schedule.>' },
    ])
  })

  it('wait, and say why they are not ready, while their key is unknown', async () => {
    const stranger = nkeys.createUser()
    const { simulators, database, nats } = system
    const logged: string[] = []
    const running = await startService(moduleOf('notifier'), {
      name: 'notifier',
      port: 0,
      env: {
        ...testEnvironment(simulators),
        ...database.env,
        ...nats.envOf('notifier'),
        NATS_NKEY_SEED_FILE: seedFileOf(stranger),
      },
      logTo: { write: (line) => void logged.push(line) },
    })
    const readiness = async () =>
      (await fetch(`http://127.0.0.1:${running.port}/health/readiness`)).json() as Promise<{
        details: { nats: { status: string; message?: string } }
      }>
    await until('it says why', async () =>
      /refuses the credentials/.test((await readiness()).details.nats.message ?? ''),
    )
    // Its predecessor has better ones: a roll-out stops.
    const rollout = async () => (await fetch(`http://127.0.0.1:${running.port}/health/rollout`)).status
    expect(await rollout()).toBe(503)
    const users = readFileSync(nats.usersFile, 'utf8')
    writeFileSync(nats.usersFile, users.replace('$HWPV_NKEY_NOTIFIER', stranger.getPublicKey()))
    process.kill(nats.pid, 'SIGHUP')
    await running.ready
    expect((await readiness()).details.nats.status).toBe('up')
    expect(await rollout()).toBe(200)
    await running.stop()
    expect(logged.filter((line) => line.includes('the broker refuses the credentials'))).toHaveLength(1)
  })
})

describe('the operator, as a user', () => {
  it('fires jobs, looks, and reads dead letters', async () => {
    const system = await System.start({ services: ['task-relay', 'notifier'] })
    try {
      const env = { ...system.nats.envOf('ops'), ...system.database.env }
      const today = dayOf(toLondon(new Date()))
      expect(await runOps('fire daily', env)).toMatchObject({ code: 0, err: [] })
      expect(await runOps(`schedule --date ${today}`, env)).toMatchObject({ code: 0, err: [] })
      const client = await BareClient.connect(system.nats.url)
      await client.publish(subjects.notifyClaimAccepted, {
        reference: 'NOSUCH1',
        eligibilityId: 1,
        claimId: 1,
      })
      await until('a dead letter', async () => (await client.read(streams.deadLetters.name)).length === 1)
      await client.close()
      const journey = await runOps('journey NOSUCH1', env)
      expect(journey).toMatchObject({ code: 0, err: [] })
      expect(journey.out.join('\n')).toContain('claim-not-found')
      const asStranger = { ...env, NATS_NKEY_SEED_FILE: seedFileOf(nkeys.createUser()) }
      const { code, err } = await runOps('fire daily', asStranger)
      expect({ code, lines: err.length }).toEqual({ code: 1, lines: 1 })
      expect(err[0]).toContain('the broker refuses the credentials')
    } finally {
      await system.stop()
    }
  })
})
