import { BareClient } from './bare-client.js'
import type { System } from './system.js'

/** Publishes every message of a stream again, so many times, as a replay does, and waits until all are answered. */
export async function deliverAgain(system: System, stream: string, times: number): Promise<number> {
  const client = await BareClient.connect(system.nats.url)
  try {
    const messages = await client.read(stream)
    for (const [place, { subject, body, headers }] of messages.entries())
      for (let copy = 0; copy < times; copy++)
        await client.publish(subject, body, { ...headers, 'Nats-Msg-Id': `again-${place}-${copy}` })
    await system.answered(stream)
    return messages.length * times
  } finally {
    await client.close()
  }
}
