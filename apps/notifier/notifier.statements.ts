import { Prisons } from '#shared/prisons'
import { DeliveryRecord, Inbox } from '#shared/unit-of-work'
import { Restorations as LostTries } from './src/restored/restorations.repository.js'
import { NotifierSettings } from './src/notifier.settings.js'
import { TicketAttempts } from './src/raise-ticket/ticket-attempts.repository.js'
import { Eligibilities } from './src/recover-reference/eligibilities.repository.js'
import { EmailData } from './src/send-email/email-data.repository.js'
import { Reminders } from './src/send-email/reminders.repository.js'
import { addressesOnPorts, simulatorSettings } from '../../testing/simulators/settings.js'
import { claim, message, clock, inUnitOfWork, type StatementSteps } from '../../tools/statements/step.js'

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
