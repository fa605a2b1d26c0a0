import { Log } from '#shared/logging'
import { LearnedStates } from '../../../apps/notifier/src/delivery-states/learned-states.js'
import { Notifications } from '../../../apps/notifier/src/delivery-states/notifications.repository.js'
import { Resendings } from '../../../apps/notifier/src/delivery-states/resendings.repository.js'
import { hasFailed } from '../../../apps/notifier/src/delivery-states/delivery-state.rules.js'
import type { Row } from '../row-sets.js'
import { unitOfWorkOf } from './deeds.js'
import { notifierSettings } from './deeds-of-messages.js'
import type { Deed, Place } from './playground.js'

/** An email that was handed over an hour and a half ago, and is due to be looked at. */
export const notificationRow = (MessageId: string, columns: Row = {}): Row => ({
  ...{ MessageId, NotifyId: notifyId(MessageId), Channel: 'email', Template: 'CLAIM_ACCEPTED' },
  ...{ State: 'sending', DateSent: '2024-03-13 10:00:00', DateNextLook: '2024-03-13 11:00:00' },
  ...columns,
})

const notifyId = (messageId: string): string => `notify ${messageId}`

const silent = Log.create('interleaving', 'silent')

const repositoryOf = ({ connection, clock }: Place) => new Notifications(connection, clock)

const statesOf = (place: Place) =>
  new LearnedStates(
    repositoryOf(place),
    new Resendings(place.connection, place.clock),
    unitOfWorkOf(place),
    notifierSettings,
    place.clock,
    silent,
  )

/** Notify posts what became of one. */
export const hears = (messageId: string, status: string, name = 'a receipt'): Deed => ({
  name: `${name} says ${status} of ${messageId}`,
  async do(place) {
    const row = await repositoryOf(place).find(messageId, notifyId(messageId))
    if (row) await statesOf(place).learn([{ row, status }], false)
  },
})

/** Notify is asked what became of those that are due, and says this of each. */
export const looksUp = (status: string | undefined, name = 'a look'): Deed => ({
  name: `${name} learns ${status ?? 'nothing'}`,
  async do(place) {
    const states = statesOf(place)
    const due = await repositoryOf(place).due(notifierSettings.anewMs)
    for (const row of due.filter(({ State }) => hasFailed(State))) await states.sendAnew(row)
    const open = due.filter(({ State }) => !hasFailed(State))
    await place.outside()
    await states.learn(
      open.map((row) => ({ row, status })),
      true,
    )
  },
})
