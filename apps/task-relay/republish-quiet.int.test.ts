import { afterEach, expect, it } from 'vitest'
import { connect } from '@nats-io/transport-node'
import { claimOfKind, submit } from '../../testing/simulators/external-web-app/index.js'
import { System } from '../../test/support/system.js'
import { until } from '../../test/support/until.js'

const stops: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

it.each(['2026-11-18 10:30:00', '2036-11-19 10:30:00'])(
  'what waits in its stream is looked for there and not published again, the services being at %s',
  async (clock) => {
    const system = await System.start({
      clock,
      services: ['task-relay', 'claim-completer'],
      env: { RELAY_QUIET_SECONDS: '1' },
    })
    stops.push(() => system.stop())
    const connection = await connect({ servers: system.nats.url, tls: null })
    stops.push(() => connection.close())
    let published = 0
    connection.subscribe('notifications.>', { callback: () => void (published += 1) })
    await connection.flush()
    // Nobody is there to send its emails.
    await submit(system.connection, [claimOfKind('first-time', 1, clock)])
    const owed = () =>
      system.connection.db
        .selectFrom('AsyncSchema.Outbox')
        .select(['StreamSequence', 'DateLastHeard'])
        .where('Subject', 'like', 'notifications.%')
        .execute()
    const heard = async () => (await owed()).map(({ DateLastHeard }) => DateLastHeard).join()
    await until('it is known where they are', async () => {
      const rows = await owed()
      return rows.length > 0 && rows.every(({ StreamSequence }) => StreamSequence !== null)
    })
    const before = published
    for (let look = 1, last = await heard(); look <= 3; look++, last = await heard())
      await until('they have been looked for', async () => (await heard()) !== last)
    expect(published).toBe(before)
  },
)
