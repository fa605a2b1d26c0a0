import { Kvm, type KV } from '@nats-io/kv'
import { z } from 'zod'
import { controlBucket, controlKeys, upstreamNames } from '../contracts/index.js'
import type { HandlerName, NatsClient } from '../messaging/index.js'
import type { OperatorControl, PausedHandler, UpstreamOut } from './control.js'
import { isNoStream } from './operation-failed.js'

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text))
const pausedValue = z.object({ since: date, reason: z.string() })
const upstreamValue = pausedValue.extend({ until: date })

/** The control bucket, as an operator uses it. */
export class ControlBucket implements OperatorControl {
  constructor(private readonly nats: NatsClient) {}

  async pause(handler: HandlerName, why: string): Promise<void> {
    const value = { since: new Date().toISOString(), reason: why }
    const bucket = (await this.open()) ?? (await new Kvm(this.nats.core).create(controlBucket))
    await bucket.put(controlKeys.paused(handler), JSON.stringify(value))
  }

  async resume(handler: HandlerName): Promise<boolean> {
    const bucket = await this.open()
    const key = controlKeys.paused(handler)
    const entry = await bucket?.get(key)
    if (!bucket || entry?.operation !== 'PUT') return false
    await bucket.delete(key)
    return true
  }

  async states(): Promise<{ paused: PausedHandler[]; upstreams: UpstreamOut[] }> {
    const bucket = await this.open()
    if (!bucket) return { paused: [], upstreams: [] }
    const prefix = controlKeys.paused('')
    const paused: PausedHandler[] = []
    for await (const key of await bucket.keys(controlKeys.paused('*'))) {
      const value = await valueOf(bucket, key, pausedValue)
      if (value) paused.push({ handler: key.slice(prefix.length), ...value })
    }
    const upstreams: UpstreamOut[] = []
    for (const name of upstreamNames) {
      const value = await valueOf(bucket, controlKeys.upstream(name), upstreamValue)
      if (value) upstreams.push({ name, ...value })
    }
    return { paused, upstreams }
  }

  /** Undefined where nothing was ever held up. */
  private async open(): Promise<KV | undefined> {
    try {
      const bucket = await new Kvm(this.nats.core).open(controlBucket)
      await bucket.status()
      return bucket
    } catch (error) {
      if (isNoStream(error)) return undefined
      throw error
    }
  }
}

async function valueOf<T extends z.ZodType>(
  bucket: KV,
  key: string,
  schema: T,
): Promise<z.infer<T> | undefined> {
  const entry = await bucket.get(key)
  if (entry?.operation !== 'PUT') return undefined
  try {
    return schema.safeParse(entry.json()).data
  } catch {
    return undefined
  }
}
