import { afterAll } from 'vitest'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { startBroker, type Broker } from './broker.js'

/** Servers of this file with nothing in them, whose last user is gone. */
const idle: Broker[] = []
/** The process that each was when it was started: who was killed or started again is not as a new one. */
const firstRuns = new WeakMap<Broker, number>()
let fileEnds = false

/** One server does for all cases of a file, one after the other; two at once have one each. */
export async function takeBroker(): Promise<Broker> {
  const known = idle.pop()
  if (known) return known
  const broker = await startBroker()
  firstRuns.set(broker, broker.pid)
  return broker
}

/** For the next case. To be called when nobody is connected any more. */
export async function giveBack(broker: Broker): Promise<void> {
  if (fileEnds || firstRuns.get(broker) !== broker.pid || !(await hasItsStreamsDeleted(broker)))
    return broker.stop()
  idle.push(broker)
}

/** Messages, consumers, what was seen of ids, and the bucket: all of it is in streams. */
async function hasItsStreamsDeleted({ url }: Broker): Promise<boolean> {
  const connection = await connect({ servers: url, tls: null, reconnect: false }).catch(() => undefined)
  // The case has killed it.
  if (!connection) return false
  try {
    const { streams } = await jetstreamManager(connection, { checkAPI: false })
    const names = await streams.names().next()
    await Promise.all(names.map((name) => streams.delete(name)))
    return true
  } finally {
    await connection.close()
  }
}

// Before the file's own: what that stops is not kept any more.
afterAll(async () => {
  fileEnds = true
  await Promise.all(idle.splice(0).map((broker) => broker.stop()))
})
