import { Injectable } from '@nestjs/common'
import { Clock, type LocalTime } from '#shared/clock'
import { PendingTasks } from './pending-tasks.repository.js'

/** So many are written down in one statement. */
const many = 200

interface Place {
  readonly id: string
  readonly sequence: number
  readonly at: LocalTime
}

/**
 * Where messages were published, until it is written down. Nothing depends on it but the search for what went quiet:
 * most messages are done by then, and what is forgotten here is published again under the id it has.
 */
@Injectable()
export class PublishedPlaces {
  private places: Place[] = []

  constructor(
    private readonly repository: PendingTasks,
    private readonly clock: Clock,
  ) {}

  add(id: string, { sequence }: { readonly sequence: number }): void {
    this.places.push({ id, sequence, at: this.clock.now() })
  }

  async writeDownIfMany(): Promise<void> {
    if (this.places.length >= many) await this.writeDown()
  }

  /** @throws if the database does not take it; then it is kept */
  async writeDown(): Promise<void> {
    const { places } = this
    this.places = []
    if (!places.length) return
    // The earliest: a stream that was made since then may not have them.
    const at = places.map((place) => place.at).reduce((a, b) => (a < b ? a : b))
    try {
      await this.repository.markPublished(places, at)
    } catch (error) {
      this.places.push(...places)
      throw error
    }
  }
}
