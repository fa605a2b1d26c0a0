import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import { bounded } from '#shared/service'
import { briefly } from '#shared/logging'
import { NatsClient } from '#shared/messaging'
import { databaseStatus, serverStatus, type DatabaseStatus, type ServerStatus } from '#shared/operations'
import { Samples, type Sample } from './samples.js'

/** What was found, or why it was not. */
export type Half<T> = { readonly found: T } | { readonly away: string }

/** How everything stands, as it was at one moment for everybody who looks. */
export interface Snapshot {
  readonly at: Date
  readonly server: Half<ServerStatus>
  readonly database: Half<DatabaseStatus>
  readonly samples: readonly Sample[]
}

/** The broker keeps what is asked in memory; the database has to count for it. In milliseconds. */
const serverMs = 3_000
const databaseMs = 15_000
/** While nobody looks, the pictures still want something to show. */
const idleMs = 30_000
const patienceMs = 5_000

/**
 * One reader for all viewers: whoever looks gets the last look, and there is a new one every few seconds while somebody
 * does. However many look, the broker and the database are asked as often as for one.
 */
@Injectable()
export class Snapshots implements OnModuleInit, OnModuleDestroy {
  private readonly watchers = new Set<(snapshot: Snapshot) => void>()
  private readonly samples = new Samples()
  private server: { at: number; half: Half<ServerStatus> } | undefined
  private database: { at: number; half: Half<DatabaseStatus> } | undefined
  private looking: Promise<Snapshot> | undefined
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly nats: NatsClient,
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.tick(), serverMs)
    this.timer.unref()
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
    this.watchers.clear()
  }

  /** The last look, a few seconds old at most. Never rejects: what is away says so. */
  get(): Promise<Snapshot> {
    this.looking ??= this.look().finally(() => (this.looking = undefined))
    return this.looking
  }

  /** Tells of each new look. @returns what ends it */
  watch(listener: (snapshot: Snapshot) => void): () => void {
    this.watchers.add(listener)
    return () => this.watchers.delete(listener)
  }

  private async tick(): Promise<void> {
    const age = Date.now() - (this.server?.at ?? 0)
    if (!this.watchers.size && (age < idleMs || !this.nats.isConnected)) return
    const snapshot = await this.get()
    for (const watcher of this.watchers) watcher(snapshot)
  }

  private async look(): Promise<Snapshot> {
    const now = Date.now()
    if (!this.server || now - this.server.at >= serverMs - 500) {
      const half = await this.lookAtServer()
      this.server = { at: now, half }
      if ('found' in half) this.samples.add(new Date(now), half.found)
    }
    if (!this.database || now - this.database.at >= databaseMs)
      this.database = { at: now, half: await this.lookAtDatabase() }
    return {
      at: this.clock.instant(),
      server: this.server.half,
      database: this.database.half,
      samples: this.samples.all,
    }
  }

  private async lookAtServer(): Promise<Half<ServerStatus>> {
    const away = await this.nats.whyUnavailable()
    if (away !== undefined) return { away }
    try {
      return { found: await bounded(this.nats.unlessSilent(serverStatus(this.nats)), patienceMs) }
    } catch (error) {
      return { away: briefly(error) }
    }
  }

  private async lookAtDatabase(): Promise<Half<DatabaseStatus>> {
    try {
      return {
        found: await bounded(databaseStatus(this.connection, this.clock.instant()), patienceMs),
      }
    } catch (error) {
      return { away: briefly(error) }
    }
  }
}
