import { Module, type OnApplicationShutdown } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { Prisons } from '#shared/prisons'
import { Inbox } from '#shared/unit-of-work'
import { NotifierSettings } from './notifier.settings.js'
import { HelpdeskClient } from './raise-ticket/helpdesk.client.js'
import { OneTicket } from './raise-ticket/one-ticket.js'
import { RaiseTicketHandler } from './raise-ticket/raise-ticket.handler.js'
import { TicketAttempts } from './raise-ticket/ticket-attempts.repository.js'
import { Eligibilities } from './recover-reference/eligibilities.repository.js'
import { RecoverReferenceHandler } from './recover-reference/recover-reference.handler.js'
import { Restorations } from './restored/restorations.repository.js'
import { EmailData } from './send-email/email-data.repository.js'
import { NotifyClient } from './send-email/notify.client.js'
import { OneEmail } from './send-email/one-email.js'
import { Reminders } from './send-email/reminders.repository.js'
import { SendEmailHandler } from './send-email/send-email.handler.js'

@Module({
  controllers: [SendEmailHandler, RecoverReferenceHandler, RaiseTicketHandler],
  providers: [
    {
      provide: NotifierSettings,
      useFactory: (env: Environment) => new NotifierSettings(env),
      inject: [ENVIRONMENT],
    },
    {
      provide: NotifyClient,
      useFactory: ({ notify }: NotifierSettings) => new NotifyClient(notify),
      inject: [NotifierSettings],
    },
    {
      provide: OneTicket,
      useFactory: (
        settings: NotifierSettings,
        inbox: Inbox,
        attempts: TicketAttempts,
        restorations: Restorations,
      ) => {
        const { helpdesk } = settings
        if (!helpdesk) return null
        return new OneTicket(inbox, attempts, restorations, new HelpdeskClient(helpdesk), settings)
      },
      inject: [NotifierSettings, Inbox, TicketAttempts, Restorations],
    },
    Prisons,
    EmailData,
    OneEmail,
    Reminders,
    Eligibilities,
    TicketAttempts,
    Restorations,
  ],
})
export class AppModule implements OnApplicationShutdown {
  constructor(private readonly notify: NotifyClient) {}

  onApplicationShutdown(): void {
    this.notify.close()
  }
}
