import { afterEach, describe, expect, it } from 'vitest'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { streams } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { messageIdNow } from './support/message-ids.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const consumer = 'send-email'

describe('a process that dies on its last delivery', () => {
  let system: System | undefined

  afterEach(() => system?.stop())

  it('leaves a dead letter and a failed task all the same', async () => {
    system = await System.start({ services: ['task-relay', 'notifier'], env: { NATS_ACK_WAIT_MS: '1000' } })
    await system.stopService('notifier')
    const { db } = system.connection
    await db
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

    const connection = await connect({ servers: system.nats.url, tls: null })
    const manager = await jetstreamManager(connection)
    const { config } = await manager.consumers.info(streams.notifications.name, consumer)
    const pulled = await jetstream(connection).consumers.get(streams.notifications.name, consumer)
    for (let delivery = 1; delivery <= (config.max_deliver ?? 0); delivery++) {
      const message = await pulled.next({ expires: 10_000 })
      expect(message?.info.deliveryCount).toBe(delivery)
      if (delivery < (config.max_deliver ?? 0)) message?.nak()
    }

    // The server notices when somebody asks for messages again.
    await system.startService('notifier')
    await until('the task has failed', async () => {
      const task = await db.selectFrom('IntSchema.Task').select('Status').executeTakeFirst()
      return task?.Status === 'FAILED'
    })
    const run = await db.selectFrom('AsyncSchema.Outbox').select(['State', 'LastReason']).executeTakeFirst()
    expect(run).toEqual({ State: 'FAILED', LastReason: 'deliveries-exhausted' })
    const letter = await manager.streams.getMessage(streams.deadLetters.name, { seq: 1 })
    expect(letter?.subject).toBe(`dead-letters.${consumer}`)
    expect(letter?.header.get(deadLetterHeaders.reason)).toBe('deliveries-exhausted')
    expect(letter?.header.get('ce-id')).toBe(await messageIdNow(system.connection, 'IntSchema', 1))
    await connection.close()
  })
})
