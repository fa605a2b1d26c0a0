import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { streams } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { messageIdNow } from './support/message-ids.js'
import { retryLetters } from './support/retry-letters.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const consumer = 'send-email'

describe('a process that dies on its last delivery', () => {
  let system: System
  let connection: NatsConnection
  let manager: JetStreamManager

  beforeEach(async () => {
    system = await System.start({ services: ['task-relay', 'notifier'], env: { NATS_ACK_WAIT_MS: '1000' } })
    connection = await connect({ servers: system.nats.url, tls: null })
    manager = await jetstreamManager(connection)
  })
  afterEach(async () => {
    await connection.close()
    await system.stop()
  })

  const runs = () =>
    system.connection.db.selectFrom('AsyncSchema.Outbox').select(['State', 'LastReason']).execute()
  const statuses = async () => {
    const tasks = await system.connection.db.selectFrom('IntSchema.Task').select('Status').execute()
    return tasks.map(({ Status }) => Status)
  }
  const letterCount = async () => (await manager.streams.info(streams.deadLetters.name)).state.messages

  /** Its last delivery has no answer, and the server has said so. */
  async function died(): Promise<void> {
    await system.stopService('notifier')
    await system.connection.db
      .insertInto('IntSchema.Task')
      .values({
        Task: 'SEND-CLAIM-NOTIFICATION',
        Reference: 'ABC1234',
        EligibilityId: 1,
        ClaimId: 2,
        Status: 'PENDING',
        DateCreated: system.clock.now(),
      })
      .execute()
    const { config } = await manager.consumers.info(streams.notifications.name, consumer)
    const pulled = await jetstream(connection).consumers.get(streams.notifications.name, consumer)
    for (let delivery = 1; delivery <= (config.max_deliver ?? 0); delivery++) {
      const message = await pulled.next({ expires: 10_000 })
      expect(message?.info.deliveryCount).toBe(delivery)
      if (delivery < (config.max_deliver ?? 0)) message?.nak()
    }
    // The server notices when somebody asks for messages again.
    await system.startService('notifier')
    await until('the task has failed', async () => (await statuses()).join() === 'FAILED')
  }

  it('leaves a dead letter and a failed task all the same', async () => {
    await died()
    expect(await runs()).toEqual([{ State: 'FAILED', LastReason: 'deliveries-exhausted' }])
    const letter = await manager.streams.getMessage(streams.deadLetters.name, { seq: 1 })
    expect(letter?.subject).toBe(`dead-letters.${consumer}`)
    expect(letter?.header.get(deadLetterHeaders.reason)).toBe('deliveries-exhausted')
    expect(letter?.header.get('ce-id')).toBe(await messageIdNow(system.connection, 'IntSchema', 1))
  })

  it('says nothing of what was retried since, where the server\u2019s word of it comes again', async () => {
    await died()
    await system.stopService('notifier')
    await retryLetters(system, consumer)
    await system.stopService('task-relay')
    await manager.consumers.delete(streams.advisories.name, 'record-exhausted')
    await system.startService('task-relay')
    await system.answered(streams.advisories.name)
    expect(await runs()).toMatchObject([{ State: 'PUBLISHED' }])
    expect(await statuses()).toEqual(['IN-PROGRESS'])
    expect(await letterCount()).toBe(0)
  })
})
