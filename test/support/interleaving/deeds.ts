import { subjects, type ClaimMessage, type MessageIdentity, type Subject } from '#shared/contracts'
import { DeliveryRecord, Inbox, UnitOfWork } from '#shared/database'
import type { Delivery, Outcome } from '#shared/messaging'
import type { Deed, Place } from './playground.js'

/** A message, as its consumer gets it. */
export interface Sent extends MessageIdentity {
  readonly subject?: Subject
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
  handle: (place: Place, delivery: Delivery) => Promise<Outcome>,
): Deed => ({
  name,
  async do(place) {
    const delivery = { ...message, count: 1, signal: new AbortController().signal } as unknown as Delivery
    if ((await inboxOf(place).standing(delivery)) !== 'owed') return
    const outcome = await handle(place, delivery)
    if (outcome.kind === 'reject')
      await new DeliveryRecord(place.connection, inboxOf(place), place.clock).gaveUp(delivery, outcome.reason)
    return outcome
  },
})

/** The same once more, by somebody else. */
export const twin = (deed: Deed): Deed => ({ ...deed, isTwin: true })

/** A schedule's message of the day. */
export const ofToday = (consumer: string, subject: Subject = subjects.scheduleDaily): Sent => ({
  ...{ id: `${subject}.2024-03-13`, consumer, subject },
})

export const claimOf = (ids: {
  readonly Reference: string
  readonly EligibilityId: number
  readonly ClaimId: number
}): ClaimMessage => ({ reference: ids.Reference, eligibilityId: ids.EligibilityId, claimId: ids.ClaimId })
