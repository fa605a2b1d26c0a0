import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { PermissionViolationError } from '@nats-io/nats-core'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { controlBucket, controlKeys, readerNames, streamOf, streams, subjects } from '#shared/contracts'
import { allConsumers, connectOptions, natsSettings, type ConsumerDefinition } from '#shared/messaging'
import {
  consumersOf,
  allPermissions,
  userNames,
  type ServiceName,
  type UserName,
} from '../tools/nats-config/index.js'
import { provideOnce } from '../tools/provision/index.js'
import { serviceNames } from '../testing/services/index.js'
import { startBroker, type Broker } from './support/broker.js'

const bucket = `KV_${controlBucket}`
const streamNames: readonly string[] = [...Object.values(streams).map(({ name }) => name), bucket]
const consumers = allConsumers().map(({ name, subjects: [filter], observes }) => ({
  ...{ name, filter, stream: streamOf(filter), observes },
}))

/** Every subject of the server's own API in its releases 2.10 to 2.12, and some later: for one stream. */
const ofStream = (stream: string): string[] => [
  ...['INFO', 'CREATE', 'UPDATE', 'DELETE', 'PURGE', 'SNAPSHOT', 'RESTORE', 'MSG.GET', 'MSG.DELETE'].map(
    (what) => `STREAM.${what}.${stream}`,
  ),
  ...[`STREAM.PEER.REMOVE.${stream}`, `STREAM.LEADER.STEPDOWN.${stream}`],
  ...[`DIRECT.GET.${stream}`, `DIRECT.GET.${stream}.${subjects.schedulePaymentRun}`],
  ...[`CONSUMER.NAMES.${stream}`, `CONSUMER.LIST.${stream}`, `CONSUMER.CREATE.${stream}`],
]

/** For one consumer of a stream. */
const ofConsumer = (stream: string, name: string, filter = 'any.subject'): string[] => [
  `CONSUMER.CREATE.${stream}.${name}`,
  `CONSUMER.CREATE.${stream}.${name}.${filter}`,
  ...[
    ...['DURABLE.CREATE', 'INFO', 'DELETE', 'PAUSE', 'UNPIN', 'RESET', 'LEADER.STEPDOWN', 'MSG.NEXT'].map(
      (what) => `CONSUMER.${what}.${stream}.${name}`,
    ),
  ],
]

const ofServer = [
  ...['INFO', 'STREAM.NAMES', 'STREAM.LIST', 'META.LEADER.STEPDOWN', 'SERVER.REMOVE', 'ACCOUNT.PURGE.HWPV'],
  ...['ACCOUNT.STREAM.MOVE.HWPV.CLAIMS', 'ACCOUNT.STREAM.CANCEL_MOVE.HWPV.CLAIMS'],
  ...['STREAM.TEMPLATE.CREATE.X', 'STREAM.TEMPLATE.NAMES', 'STREAM.TEMPLATE.DELETE.X', 'STREAM.CREATE.X'],
]

const everything = [
  ...ofServer,
  ...streamNames.flatMap(ofStream),
  ...consumers.flatMap(({ stream, name, filter }) => ofConsumer(stream, name, filter)),
  ...streamNames.flatMap((stream) =>
    ['a-reader', ...readerNames].flatMap((name) => ofConsumer(stream, name)),
  ),
]
/** Known, and said in ADR 31: what is pulled goes where whoever pulls says, and these write what they pull. */
const pullWhatTheyWrite: readonly ServiceName[] = [
  'claim-completer',
  'daily-tasks',
  'register-importer',
  'webhook-sender',
  'provisioner',
]
const isWork = (subject: string): boolean => !/^[$_]/.test(subject)
const pullFrom = ({ name, subjects: [first] }: ConsumerDefinition): string =>
  `$JS.API.CONSUMER.MSG.NEXT.${streamOf(first)}.${name}`

/** Of this account, and by the way to another server's. */
const administration = everything.flatMap((subject) => [`$JS.API.${subject}`, `$JS.hub.API.${subject}`])

const looks = ['INFO', ...streamNames.map((stream) => `STREAM.INFO.${stream}`)]

/** What a user may ask of the API: said here once more, by hand. */
function mayAsk(user: UserName): string[] {
  if (user === 'web-app') return []
  if (user === 'provision')
    return [
      ...looks,
      ...streamNames.flatMap((stream) => [`STREAM.CREATE.${stream}`, `STREAM.UPDATE.${stream}`]),
      ...consumers.flatMap(({ stream, name }) =>
        ['INFO', 'CREATE', 'PAUSE'].map((what) => `CONSUMER.${what}.${stream}.${name}`),
      ),
    ]
  if (user === 'ops')
    return [
      ...[...mayAsk('console'), 'STREAM.NAMES', 'STREAM.LIST'],
      ...streamNames.map((stream) => `CONSUMER.NAMES.${stream}`),
    ]
  if (user === 'console')
    return [
      ...[...looks, 'STREAM.MSG.DELETE.DEAD_LETTERS'],
      ...streamNames.flatMap((stream) => [
        ...[`STREAM.MSG.GET.${stream}`, `CONSUMER.LIST.${stream}`],
        ...[`DIRECT.GET.${stream}`, `DIRECT.GET.${stream}.${subjects.schedulePaymentRun}`],
        ...readerNames.flatMap((name) =>
          ofConsumer(stream, name).filter((each) => /CONSUMER\.(CREATE|INFO|DELETE|MSG)/.test(each)),
        ),
        `CONSUMER.INFO.${stream}.a-reader`,
      ]),
      ...consumers.map(({ stream, name }) => `CONSUMER.INFO.${stream}.${name}`),
    ]
  const own = consumersOf(user).map(({ name, subjects: [first] }) => `${streamOf(first)}.${name}`)
  const read = [...new Set(consumers.filter(({ observes }) => !observes).map(({ stream }) => stream))]
  return [
    ...looks,
    ...own.flatMap((at) => [`CONSUMER.INFO.${at}`, `CONSUMER.MSG.NEXT.${at}`]),
    ...(own.length ? [`STREAM.MSG.GET.${bucket}`] : []),
    // It looks how far what it fired has come.
    ...(user === 'scheduler'
      ? [`STREAM.MSG.GET.${streams.schedule.name}`, `CONSUMER.LIST.${streams.schedule.name}`]
      : []),
    ...(user === 'task-relay' ? read.flatMap((at) => [`STREAM.MSG.GET.${at}`, `CONSUMER.LIST.${at}`]) : []),
  ]
}

let broker: Broker
let everybody: NatsConnection

beforeAll(async () => {
  broker = await startBroker()
  await provideOnce(broker.envOf('provision'))
  everybody = await connect({ servers: broker.url, tls: null })
}, 120_000)

afterAll(async () => {
  await everybody.close()
  await broker.stop()
})

async function connectAs(user: UserName) {
  const connection = await connect({
    ...connectOptions(natsSettings(broker.envOf(user)), user),
    reconnect: false,
  })
  const refused: string[] = []
  const heard = (async () => {
    for await (const status of connection.status())
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        refused.push(status.error.subject)
  })()
  return { connection, refused, heard }
}

it.each(userNames)('%s may ask the broker for what its work needs, and for nothing else', async (user) => {
  const { connection, refused, heard } = await connectAs(user)
  // With a body that nobody understands: what is allowed changes nothing either.
  for (const subject of administration) connection.publish(subject, 'no request')
  await connection.flush()
  await connection.close()
  await heard
  const allowed = new Set(mayAsk(user).map((subject) => `$JS.API.${subject}`))
  expect([...new Set(refused)].sort()).toEqual(
    [...new Set(administration.filter((subject) => !allowed.has(subject)))].sort(),
  )
})

describe('a payment run', () => {
  const { name, config } = { name: streams.alerts.name, config: { subjects: [subjects.jobMissed] } }
  const to = (src: string) => ({ src, dest: subjects.schedulePaymentRun })
  const attacks = [
    {
      ...config,
      name,
      sources: [{ name: 'DEAD_LETTERS', subject_transforms: [to('dead-letters.send-email')] }],
    },
    { ...config, name, republish: to(subjects.jobMissed) },
    { ...config, name, subject_transform: to(subjects.jobMissed) },
    { ...config, name, max_msgs: 1 },
  ]

  const others = serviceNames.filter((name) => name !== 'scheduler' && !pullWhatTheyWrite.includes(name))
  it.each(others)('cannot be made to happen with the key of %s', async (user) => {
    const { connection } = await connectAs(user)
    const before = await inSchedule()
    for (const attack of attacks) connection.publish(`$JS.API.STREAM.UPDATE.${name}`, JSON.stringify(attack))
    // What it may write itself, asked for in a way that has it arrive where no right of its own leads.
    const body = `{"date":"2026-11-${20 + serviceNames.indexOf(user)}"}`
    for (const key of [controlKeys.rate('notify'), controlKeys.paused('send-email')])
      connection.publish(`$KV.${controlBucket}.${key}`, body)
    for (const stream of streamNames)
      for (const way of ['DIRECT.GET', 'STREAM.MSG.GET'])
        for (const seq of [1, 2])
          connection.publish(`$JS.API.${way}.${stream}`, JSON.stringify({ seq }), {
            reply: subjects.schedulePaymentRun,
          })
    // Pulled, so that the answer is the bare message.
    for (const subject of allPermissions().get(user)?.publish.filter(isWork) ?? [])
      connection.publish(subject, body)
    for (const definition of consumersOf(user))
      connection.publish(pullFrom(definition), '{"batch":50,"no_wait":true}', {
        reply: subjects.schedulePaymentRun,
      })
    await connection.flush()
    await connection.close()
    const { config: after } = await (await jetstreamManager(everybody)).streams.info(name)
    expect(after).toMatchObject({ max_msgs: -1 })
    expect([after.sources, after.republish, after.subject_transform]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect((await inSchedule()).filter((text) => !before.includes(text))).not.toContain(body)
  })

  /** The bodies of all messages that a payment run would take for its own. */
  async function inSchedule(): Promise<string[]> {
    const manager = await jetstreamManager(everybody)
    const { state } = await manager.streams.info(streams.schedule.name)
    const bodies: string[] = []
    for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq++)
      bodies.push((await manager.streams.getMessage(streams.schedule.name, { seq }))?.string() ?? '')
    return bodies
  }
})
