import {
  NotOwed,
  subjects,
  type ClaimMessage,
  type Message,
  type MessageIdentity,
  type Subject,
} from '#shared/contracts'
import { DeliveryRecord, Inbox, UnitOfWork } from '#shared/unit-of-work'
import { done, type Delivery, type Outcome } from '#shared/messaging'
import type { Deed, Place } from './playground.js'
import { StoppedClock } from './stopped-clock.js'

/** A message, as its consumer gets it. */
export interface Sent extends MessageIdentity<Message> {
  readonly subject?: Subject
  /** Its handler asks whether it is to be done, with what it reads first. */
  readonly asksFirst?: true
}

export const inboxOf = ({ connection, clock }: Place): Inbox => new Inbox(connection, clock)

export const unitOfWorkOf = (place: Place): UnitOfWork =>
  new UnitOfWork(place.connection, inboxOf(place), place.publisher, place.clock)

/**
 * A message is handled as the router does it: not if it is done, and given up where it is rejected. Each try is a delivery of
 * its own.
 */
export const handled = (
  name: string,
  message: Sent,
  handle: (place: Place, delivery: Delivery<Message>) => Promise<Outcome>,
): Deed => ({
  name,
  async do(place) {
    const delivery = {
      ...message,
      count: 1,
      signal: new AbortController().signal,
    } as unknown as Delivery<Message>
    if (!message.asksFirst && (await inboxOf(place).standing(delivery)) !== 'owed') return
    const outcome = await handle(place, delivery).catch((error: unknown) => {
      if (error instanceof NotOwed) return done
      throw error
    })
    if (outcome.kind === 'reject')
      await new DeliveryRecord(place.connection, inboxOf(place), place.clock).gaveUp(delivery, outcome.reason)
    return outcome
  },
})

/** One that is, as the first, the same as another of its world, or of another world: it comes as the second only. */
export const twin = (deed: Deed): Deed => ({ ...deed, isTwin: true })

const evening = new StoppedClock('2024-03-13 21:00:00')

/** The same when nobody is in the office. */
export const inTheEvening = (deed: Deed): Deed => ({
  ...deed,
  name: `${deed.name} in the evening`,
  do: (place) => deed.do({ ...place, clock: evening }),
})

/** A schedule's message of the day. */
export const ofToday = (consumer: string, subject: Subject = subjects.scheduleDaily): Sent => ({
  ...{ id: `${subject}.2024-03-13`, consumer, subject },
})

export const claimOf = (ids: {
  readonly Reference: string
  readonly EligibilityId: number
  readonly ClaimId: number
}): ClaimMessage => ({ reference: ids.Reference, eligibilityId: ids.EligibilityId, claimId: ids.ClaimId })
