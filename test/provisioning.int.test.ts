import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { controlBucket, controlKeys, streams, subjects } from '#shared/contracts'
import { allConsumers, consumer, type ConsumerDefinition } from '#shared/messaging'
import { provideOnce, startTopologyKeeper } from '../tools/provision/index.js'
import { BareClient } from './support/bare-client.js'
import { runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const stream = streams.notifications.name
let system: System
let client: BareClient
let connection: NatsConnection
let manager: JetStreamManager

beforeAll(async () => {
  system = await System.start({ services: ['notifier'] })
  await system.stopProvisioning()
  client = await BareClient.connect(system.nats.url)
  connection = await connect({ servers: system.nats.url, tls: null })
  manager = await jetstreamManager(connection)
}, 120_000)

afterAll(async () => {
  await client.close()
  await connection.close()
  await system.stop()
})

const provisioned = () => system.nats.envOf('provision')
const handled = async () => (await manager.streams.info(streams.deadLetters.name)).state.messages
const publish = (count: number) =>
  Promise.all(Array.from({ length: count }, () => client.publish(subjects.notifyClaimAccepted, '{}')))
const stateOf = (name: string) => manager.consumers.info(stream, name)
const configOf = async (name: string) => (await stateOf(name)).config
const linesWith = (text: string) => system.logLines.filter((line) => line.includes(text))

/** What has been said since its messages could be fetched last. */
function troublesSinceGood(consumer: string): string[] {
  const again = `the fetching of messages for ${consumer} is as it should be again`
  const good = system.logLines.findLastIndex((line) => line.includes(again))
  return system.logLines.slice(good + 1).filter((line) => line.includes(`no messages come for ${consumer}`))
}

async function ask(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${system.services.get('notifier')?.port}${path}`)
  return { status: answer.status, text: await answer.text() }
}

const isReady = async () => (await ask('/health/readiness')).status === 200
const statusOf = async (name: string) => {
  const env = { ...system.database.env, ...system.nats.envOf('ops') }
  return (await runOps('status', env)).out.find((line) => line.startsWith(`${name} `)) ?? ''
}

describe('a broker that refuses to give messages', () => {
  it('is heard: once in the log, in the health, in ops status and by a gauge; and asked ever more slowly', async () => {
    let asked = 0
    connection.subscribe(`$JS.API.CONSUMER.MSG.NEXT.${stream}.send-email`, {
      callback: () => void asked++,
    })
    await manager.consumers.update(stream, 'send-email', { max_batch: 1 })
    await publish(20)
    // Until what came before is handled, hands come free one by one, and one message is given.
    await until('some are handled, and nobody is at work', async () => {
      const [some, { num_ack_pending: atWork }] = await Promise.all([handled(), stateOf('send-email')])
      return some > 0 && atWork === 0
    })
    await until('it is not ready', async () => !(await isReady()))
    const readiness = await ask('/health/readiness')
    expect(readiness.text).toContain('409 Exceeded MaxRequestBatch of 1')
    expect((await ask('/health/rollout')).text).toContain('409 Exceeded MaxRequestBatch of 1')
    const before = { asked, at: performance.now() }
    await until('three seconds have passed', () => performance.now() - before.at > 3_000)
    expect(asked - before.asked).toBeLessThan(15)
    expect(troublesSinceGood('send-email')).toHaveLength(1)
    expect((await ask('/metrics')).text).toContain('hwpv_handler_starved{handler="send-email"} 1')
    expect((await ask('/health')).text).toContain('max_batch is 1, should be unset')
    expect(await statusOf('send-email')).toContain('max_batch is 1, should be unset')
  }, 60_000)

  it('is put right by who provides the consumers, and all goes on', async () => {
    await provideOnce(provisioned())
    expect((await configOf('send-email')).max_batch).toBeUndefined()
    await until('it is ready', isReady)
    await until('all messages are handled', async () => (await handled()) >= 20)
    expect((await ask('/metrics')).text).toContain('hwpv_handler_starved{handler="send-email"} 0')
  }, 60_000)
})

describe('who provides streams and consumers', () => {
  it('puts right what somebody has changed, and names it', async () => {
    await manager.consumers.pause(stream, 'raise-ticket', new Date(Date.now() + 3_600_000))
    await manager.consumers.update(stream, 'recover-reference', { max_deliver: 2, headers_only: true })
    await manager.streams.update(stream, {
      ...{
        max_msgs: 500,
        max_age: 600_000_000_000,
        republish: { src: subjects.helpRequested, dest: 'copies.x' },
      },
      sources: [
        {
          name: 'CLAIMS',
          subject_transforms: [{ src: subjects.claimSubmitted, dest: subjects.schedulePaymentRun }],
        },
      ],
    })
    const changed = ['max_msgs', 'republish', 'sources', 'pause_until', 'headers_only']
    await until('the health names all of it', async () => {
      const { text } = await ask('/health')
      return changed.every((setting) => text.includes(`${setting} is `))
    })
    await provideOnce(provisioned())
    const { config } = await manager.streams.info(stream)
    expect(config).toMatchObject({ max_msgs: -1, max_age: streams.notifications.maxAgeDays * 86_400e9 })
    expect({ sources: config.sources, republish: config.republish }).toEqual({})
    expect((await manager.consumers.info(stream, 'raise-ticket')).paused).toBeFalsy()
    expect(await configOf('recover-reference')).toMatchObject({
      max_deliver: consumer('recover-reference').policy.attempts,
    })
    await until('all is well again', async () => (await ask('/health')).status === 200)
  }, 60_000)

  it('of an older release takes nothing from a newer one, also as it connects again', async () => {
    const older = allConsumers().map((each): ConsumerDefinition =>
      each.name === 'recover-reference' ? { ...each, policy: { ...each.policy, attempts: 3 } } : each,
    )
    const newer = older.map((each): ConsumerDefinition =>
      each.name === 'recover-reference'
        ? { ...each, subjects: [...each.subjects, subjects.notifyMalwareFound] }
        : each,
    )
    await provideOnce(provisioned(), { consumers: newer, revision: 9 })
    const upgraded = await configOf('recover-reference')
    expect(upgraded.filter_subjects).toContain(subjects.notifyMalwareFound)
    const watching = await startTopologyKeeper(provisioned(), { consumers: older, revision: 8 })
    await system.nats.kill()
    await system.nats.restart()
    await watching.stop()
    await provideOnce(provisioned(), { consumers: older, revision: 8 })
    const now = await configOf('recover-reference')
    expect({ ...now, metadata: undefined }).toEqual({ ...upgraded, metadata: undefined })
  }, 60_000)

  it('leaves the message of a foreign filter to its own handler', async () => {
    await until('it is ready', isReady)
    const before = await handled()
    await publish(1)
    await client.publish(subjects.notifyMalwareFound, '{}')
    await until(
      'both have become dead letters, of their own handler',
      async () => (await handled()) === before + 2,
    )
    const letters = await client.read(streams.deadLetters.name)
    expect(new Set(letters.map(({ subject }) => subject))).toEqual(new Set(['dead-letters.send-email']))
    expect(linesWith('message has a subject that its handler does not know').length).toBeGreaterThan(0)
  }, 60_000)
})

describe('a service that starts', () => {
  it('waits, and says what for, until its streams and consumers are there', async () => {
    await manager.streams.delete(stream)
    const starting = system.startService('notifier', 'second')
    await until('it says so', () => linesWith(`stream ${stream} is not there`).length > 0)
    await provideOnce(provisioned())
    await starting
    await system.stopService('second')
  }, 60_000)

  it('passes over what is no JSON in the control bucket, and names it', async () => {
    const { send, rate, chat } = {
      send: controlKeys.upstream('notify'),
      rate: controlKeys.rate('notify'),
      chat: controlKeys.chatTurn,
    }
    for (const key of [send, rate, chat, controlKeys.paused('raise-ticket')])
      await client.publish(`$KV.${controlBucket}.${key}`, 'no JSON {')
    await system.startService('notifier', 'third')
    expect(linesWith(`no JSON, passed over: ${send}`).length).toBeGreaterThan(0)
    await system.stopService('third')
  }, 60_000)
})
