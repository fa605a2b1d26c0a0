import { Kvm, type KV } from '@nats-io/kv'
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { controlBucket } from '../../contracts/index.js'
import type { NatsClient } from '../nats-client.js'
import { OwnError } from '../../logging/index.js'

/** What a key holds. Without a value it has been deleted. */
export interface Held<T> {
  readonly value: T | undefined
  readonly revision: number
}

const wrongRevision: readonly number[] = [
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]

/** The key-value bucket all replicas share. Values are JSON. */
export class ControlBucket {
  private bucket: KV | undefined

  constructor(private readonly nats: NatsClient) {}

  /** Creates the bucket where it is missing. Repeating is safe. */
  async ensure(): Promise<void> {
    const { replicas } = this.nats.settings
    // Read from the leader: a replica that lags would let a pause end late, or a change be refused in vain.
    this.bucket = await new Kvm(this.nats.core).create(controlBucket, { replicas, allow_direct: false })
  }

  /** @returns false where there is none, which is left so */
  async open(): Promise<boolean> {
    const bucket = await new Kvm(this.nats.core).open(controlBucket, { allow_direct: false })
    try {
      await bucket.status()
    } catch (error) {
      if (error instanceof JetStreamApiError && error.code === Number(JetStreamApiCodes.StreamNotFound))
        return false
      throw error
    }
    this.bucket = bucket
    return true
  }

  /** Undefined for a key that was never there, or was lost with its store. */
  async read<T>(key: string): Promise<Held<T> | undefined> {
    const entry = await this.opened.get(key)
    if (!entry) return undefined
    return { value: entry.operation === 'PUT' ? entry.json<T>() : undefined, revision: entry.revision }
  }

  /** @returns the new revision, or undefined if somebody else has changed the key since `revision` (0: never there) */
  async change(key: string, value: unknown, revision: number): Promise<number | undefined> {
    try {
      return await this.opened.put(key, JSON.stringify(value), { previousSeq: revision })
    } catch (error) {
      if (error instanceof JetStreamApiError && wrongRevision.includes(error.code)) return undefined
      throw error
    }
  }

  async put(key: string, value: unknown): Promise<void> {
    await this.opened.put(key, JSON.stringify(value))
  }

  /** Leaves a mark, by which a key that was deleted is told from one that was lost. */
  async delete(key: string): Promise<void> {
    await this.opened.delete(key)
  }

  /** Calls the listener after somebody wrote to a key that matches, perhaps in vain; not for what happens offline. */
  onWrite(keys: string, listener: () => void): void {
    this.nats.core.subscribe(`$KV.${controlBucket}.${keys}`, { callback: listener })
  }

  private get opened(): KV {
    if (!this.bucket) throw new OwnError('the control bucket has not been opened')
    return this.bucket
  }
}
