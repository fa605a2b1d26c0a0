import { Injectable } from '@nestjs/common'
import { channels, type Channel } from '#shared/contracts'
import type { Learned } from '../delivery-states/learned-states.js'
import type { NotificationRow } from '../delivery-states/notifications.repository.js'
import { NotifyClient, type Taken } from '../sending/notify.client.js'

/** As many requests for one look, of the 300 a minute that are left to what is asked. What is not asked comes next time. */
export const requestsAtOnce = 100
/** Fewer are asked about one by one. */
const fewRows = 10
/** Pages in which so few are found are not worth their requests. */
const fewInPage = 3

/** Asks Notify what became of many: a page of its list where many were sent close to each other, else one by one. */
@Injectable()
export class NotifyStates {
  constructor(private readonly notify: NotifyClient) {}

  /** Gives what it has learned, a part at a time. @throws NotifyError */
  async *of(rows: readonly NotificationRow[]): AsyncGenerator<Learned[]> {
    const budget = { left: requestsAtOnce }
    for (const channel of channels) {
      const ofChannel = rows.filter(({ Channel: each }) => each === channel)
      yield* this.ofChannel(channel, newestFirst(ofChannel), budget)
    }
  }

  private async *ofChannel(
    channel: Channel,
    rows: readonly NotificationRow[],
    budget: { left: number },
  ): AsyncGenerator<Learned[]> {
    let left = rows
    let paged = true
    for (let [first] = left; first && budget.left > 0; [first] = left) {
      budget.left -= 1
      const one = await this.notify.stateOf(first.NotifyId)
      yield [{ row: first, status: one?.status }]
      left = left.slice(1)
      // What Notify does not know is no place to begin a page at.
      if (!paged || !one || left.length < fewRows || budget.left <= 0) continue
      budget.left -= 1
      const found = foundIn(await this.notify.takenBefore(channel, one.id), left)
      paged = found.length > fewInPage
      yield found
      const known = new Set(found.map(({ row }) => row))
      left = left.filter((row) => !known.has(row))
    }
  }
}

function foundIn(page: readonly Taken[], rows: readonly NotificationRow[]): Learned[] {
  const byId = new Map(page.map(({ id, status }) => [id, status]))
  return rows
    .filter(({ NotifyId }) => byId.has(NotifyId))
    .map((row) => ({ row, status: byId.get(row.NotifyId) }))
}

const newestFirst = (rows: readonly NotificationRow[]): NotificationRow[] =>
  rows.toSorted((one, other) => other.DateSent.localeCompare(one.DateSent))
