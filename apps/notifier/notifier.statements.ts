import { Prisons } from '#shared/prisons'
import { DeliveryRecord, Inbox, UnitOfWork } from '#shared/unit-of-work'
import { LearnedStates } from './src/delivery-states/learned-states.js'
import { Notifications, type NotificationRow } from './src/delivery-states/notifications.repository.js'
import { Resendings } from './src/delivery-states/resendings.repository.js'
import { Restorations as LostTries } from './src/restored/restorations.repository.js'
import { NotifierSettings } from './src/notifier.settings.js'
import { TicketAttempts } from './src/raise-ticket/ticket-attempts.repository.js'
import { Eligibilities } from './src/recover-reference/eligibilities.repository.js'
import { EmailData } from './src/send-email/email-data.repository.js'
import { Reminders } from './src/send-email/reminders.repository.js'
import { addressesOnPorts, simulatorSettings } from '../../testing/simulators/settings.js'
import { NotificationData } from './src/send-notification/notification-data.repository.js'
import type { Notification } from './src/sending/notification.js'
import { TextLimit } from './src/sending/text-limit.service.js'
import {
  claim,
  message,
  clock,
  log,
  inUnitOfWork,
  taskSchemas,
  type StatementSteps,
} from '../../tools/statements/step.js'

const text: Notification = {
  ...{ channel: 'sms', templateId: '', template: 'code', to: '07700 900123', personalisation: {} },
}
const taken: NotificationRow = {
  ...{ MessageId: message.id, NotifyId: '740e5834-3a29-46b4-9a6f-16142fde533a', Channel: 'email' },
  ...{ Template: 'decided', State: 'sending', Reference: 'ABCDEFG', EligibilityId: 1, ClaimId: 2 },
  ...{ TaskSchema: 'ExtSchema', TaskId: 3, DateSent: '2024-03-13 11:29:00.000' },
  ...{ DateNextLook: '2024-03-13 11:30:00.000', DateEnded: null, DateSentAnew: null },
}
const noPublisher = { publishFollowUps: () => Promise.resolve() }

/** What notifier asks the database, step by step. */
export const statements: StatementSteps = {
  'send-email: read': async ({ connection }) => {
    const data = new EmailData(
      connection,
      new Inbox(connection, clock),
      new Prisons(connection),
      new NotifierSettings(simulatorSettings(addressesOnPorts('http://localhost:1'))),
    )
    await data.compose({ ...message, consumer: 'send-email' }, 'notifications.claim-accepted', claim)
    await data.compose({ ...message, consumer: 'send-email' }, 'notifications.evidence-reminder', claim)
  },
  'send-email: mark the reminder': (database) =>
    inUnitOfWork(database, (unit) => new Reminders().sent(unit, claim)),
  'send-notification: read': async ({ connection }) => {
    const data = new NotificationData(connection, new Inbox(connection, clock))
    for (const schema of taskSchemas) {
      const task = { ...message.task, schema }
      await data.of({ ...message, task, consumer: 'send-notification' }, task)
    }
  },
  'send-notification: hold text messages': async ({ connection }) => {
    const limit = new TextLimit(connection, clock)
    await limit.isReached(message, text)
    await limit.holds(message, text)
  },
  'notifications: record': (database) =>
    inUnitOfWork(database, (unit) =>
      new Notifications(database.connection, clock).record(unit, {
        ...{ message, notification: text, notifyId: '740e5834-3a29-46b4-9a6f-16142fde533a', claim },
      }),
    ),
  'notifications: look up': async ({ connection }) => {
    const notifications = new Notifications(connection, clock)
    await notifications.due(0)
    await notifications.find(message.id, taken.NotifyId)
    await notifications.isBeingSent(message.id)
    await notifications.arrived([taken], 'delivered')
    await notifications.wait([taken, { ...taken, DateSent: '2024-01-01 09:00:00.000' }])
    await new Resendings(connection, clock).wasSentAnew(taken)
  },
  'notifications: failed': async (database) => {
    const { connection } = database
    const settings = new NotifierSettings(simulatorSettings(addressesOnPorts('http://localhost:1')))
    const notifications = new Notifications(connection, clock)
    const unitOfWork = new UnitOfWork(connection, new Inbox(connection, clock), noPublisher, clock)
    const states = new LearnedStates(
      notifications,
      new Resendings(connection, clock),
      unitOfWork,
      settings,
      clock,
      log,
    )
    await states.learn([{ row: taken, status: 'permanent-failure' }], true)
    await states.learn([{ row: taken, status: 'temporary-failure' }], true)
  },
  'notifications: send anew': async (database) => {
    for (const TaskSchema of taskSchemas)
      await new Resendings(database.connection, clock).sendAnew({ ...taken, TaskSchema }, clock.instant())
  },
  'notifications: run again since': async ({ connection }) => {
    const resendings = new Resendings(connection, clock)
    for (const TaskSchema of taskSchemas) await resendings.since({ ...taken, TaskSchema })
    await resendings.lookAgain(taken, clock.instant())
  },
  'notifications: cannot be sent anew': (database) =>
    inUnitOfWork(database, (unit) => new Resendings(database.connection, clock).giveUp(unit, taken)),
  'notifications: were not sent anew': (database) =>
    inUnitOfWork(database, (unit) =>
      new Resendings(database.connection, clock).giveUp(unit, { ...taken, DateSentAnew: clock.now() }),
    ),
  'notifications: sent anew before': ({ connection }) =>
    new Resendings(connection, clock).lookNoMore(message.id),
  'recover-reference: find': ({ connection }) =>
    new Eligibilities(connection).latestOf({ emailAddress: 'a@example.com', prisonNumber: 'A1234BC' }),
  'send-email: what a restored database has forgotten': async ({ connection }) => {
    await new LostTries(connection, clock).lostTry(message, 1_000)
    await new Inbox(connection, clock).sinceFirstTry(message)
  },
  'raise-ticket: first attempt': async ({ connection }) => {
    const attempts = new TicketAttempts(connection, clock)
    await attempts.sinceFirst(message)
    await attempts.begin(message)
    await attempts.forget(message)
  },
  'settle: waiting': ({ connection }) =>
    new DeliveryRecord(connection, new Inbox(connection, clock), clock).waiting(message, 'notify-503'),
}
