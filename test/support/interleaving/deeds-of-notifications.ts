import { Log } from '#shared/logging'
import { LearnedStates } from '../../../apps/notifier/src/delivery-states/learned-states.js'
import { Notifications } from '../../../apps/notifier/src/delivery-states/notifications.repository.js'
import { Resendings } from '../../../apps/notifier/src/delivery-states/resendings.repository.js'
import { hasFailed } from '../../../apps/notifier/src/delivery-states/delivery-state.rules.js'
import type { Row } from '../row-sets.js'
import { unitOfWorkOf } from './deeds.js'
import { notifierSettings, relays } from './deeds-of-messages.js'
import { setsPending } from './deeds-of-people.js'
import type { Deed, Place, Rest } from './playground.js'

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

/** Its Task row runs, and is done. */
async function runs(place: Place): Promise<void> {
  await relays('IntSchema').do(place)
  const owed = place.connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select(['MessageId as id', 'TaskId as taskId', 'Run as run'])
    .where('TaskId', 'is not', null)
    .where('DateEnded', 'is', null)
  for (const { id, taskId, run } of await owed.execute())
    await unitOfWorkOf(place).finish({
      ...{ id, consumer: 'send-email' },
      task: { schema: 'IntSchema', taskId: Number(taskId), run: Number(run), key: '' },
    })
}

/** Its Task row runs once more. */
export const sendsAnew = (name: string): Deed => ({
  name: `${name} has it sent anew, and it is`,
  async do(place) {
    await looksUp(undefined).do(place)
    await runs(place)
  },
})

export const runsAgain = (taskId: number): Deed => ({
  name: `somebody has Task row ${taskId} run again, and it does`,
  async do(place) {
    await setsPending('IntSchema', taskId).do(place)
    await runs(place)
  },
})

/** All that is to be sent is, and looked at once more after that: when that was makes no difference then. */
export const allIsLookedUp: Rest = {
  deed: {
    name: 'all is looked up',
    async do(place) {
      const due = place.connection.db
        .selectFrom('AsyncSchema.Notification')
        .selectAll()
        .where('DateNextLook', 'is not', null)
      for (const isLast of [false, true]) {
        for (const row of await due.execute()) await statesOf(place).sendAnew(row)
        if (!isLast) await runs(place)
      }
    },
  },
  columns: {
    AsyncSchema_Notification: ['MessageId', 'State', 'DateSentAnew', 'DateNextLook'],
    AsyncSchema_Outbox: ['Subject', 'TaskId', 'Run', 'State', 'DateEnded'],
    IntSchema_Task: ['TaskId', 'Status'],
    IntSchema_ClaimEvent: ['ClaimId', 'Event'],
  },
}
