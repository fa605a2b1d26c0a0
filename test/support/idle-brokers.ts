import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { startBroker, type Broker } from './broker.js'

/** Servers with nothing in them, whose last user is gone. They end with this process. */
const idle: Broker[] = []
/** The process that each was when it was started: who was killed or started again is not as a new one. */
const firstRuns = new WeakMap<Broker, number>()

/** One server does for all cases of a process, one after the other; two at once have one each. */
export async function takeBroker(): Promise<Broker> {
  const known = idle.pop()
  if (known) return known
  const broker = await startBroker()
  firstRuns.set(broker, broker.pid)
  return broker
}

/** For the next case. To be called when nobody is connected any more. */
export async function giveBack(broker: Broker): Promise<void> {
  if (firstRuns.get(broker) !== broker.pid || !(await hasItsStreamsDeleted(broker))) return broker.stop()
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
