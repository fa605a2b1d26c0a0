import { Kvm, type KV, type KvEntry } from '@nats-io/kv'
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { controlBucket } from '../../contracts/index.js'
import type { NatsClient } from '../broker/nats-client.js'
import { OwnError, type Log } from '../../logging/index.js'

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
  /** What cannot be read, by its key: said once for each value. */
  private readonly unreadable = new Map<string, number>()

  /** @param log told of values that cannot be read */
  constructor(
    private readonly nats: NatsClient,
    private readonly log?: Log,
  ) {}

  /** Repeating is safe. @returns false where there is none: the topology keeper makes it */
  async open(): Promise<boolean> {
    if (this.bucket) return true
    // Read from the leader: a replica that lags would let a pause end late, or a change be refused in vain.
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
    const { operation, revision } = entry
    return { value: operation === 'PUT' ? this.valueOf<T>(entry) : undefined, revision }
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

  /** What is no JSON is a value too, of a shape that nobody knows: its readers take it for one that was broken. */
  private valueOf<T>(entry: KvEntry): T {
    try {
      return entry.json<T>()
    } catch {
      if (this.unreadable.get(entry.key) !== entry.revision)
        this.log?.refused(`the control bucket holds something that is no JSON, passed over: ${entry.key}`)
      this.unreadable.set(entry.key, entry.revision)
      return null as T
    }
  }

  private get opened(): KV {
    if (!this.bucket) throw new OwnError('the control bucket has not been opened')
    return this.bucket
  }
}

/** @throws where there is none */
export async function openOrThrow(bucket: ControlBucket): Promise<void> {
  if (!(await bucket.open())) throw new OwnError('the control bucket is not there: npm run nats:provision')
}
