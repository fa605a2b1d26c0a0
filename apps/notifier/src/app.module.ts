import { Module, type OnApplicationShutdown } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { Prisons } from '#shared/prisons'
import { Log } from '#shared/logging'
import { Inbox } from '#shared/unit-of-work'
import { LearnedStates } from './delivery-states/learned-states.js'
import { Notifications } from './delivery-states/notifications.repository.js'
import { Resendings } from './delivery-states/resendings.repository.js'
import { LookUpNotificationsHandler } from './look-up-notifications/look-up-notifications.handler.js'
import { NotifyStates } from './look-up-notifications/notify-states.js'
import { NotifierSettings } from './notifier.settings.js'
import { HelpdeskClient } from './raise-ticket/helpdesk.client.js'
import { OneTicket } from './raise-ticket/one-ticket.js'
import { RaiseTicketHandler } from './raise-ticket/raise-ticket.handler.js'
import { TicketAttempts } from './raise-ticket/ticket-attempts.repository.js'
import { Eligibilities } from './recover-reference/eligibilities.repository.js'
import { RecoverReferenceHandler } from './recover-reference/recover-reference.handler.js'
import { Restorations } from './restored/restorations.repository.js'
import { EmailData } from './send-email/email-data.repository.js'
import { Reminders } from './send-email/reminders.repository.js'
import { SendEmailHandler } from './send-email/send-email.handler.js'
import { NotificationData } from './send-notification/notification-data.repository.js'
import { SendNotificationHandler } from './send-notification/send-notification.handler.js'
import { TemplateCheck } from './send-notification/template-check.service.js'
import { TemplateRegistry } from './send-notification/template-registry.service.js'
import { NotifyClient } from './sending/notify.client.js'
import { OneNotification } from './sending/one-notification.js'
import { TextLimit } from './sending/text-limit.service.js'
import { ReceiptRow } from './take-in-receipts/receipt-row.service.js'
import { ReceiptsController } from './take-in-receipts/receipts.controller.js'

@Module({
  controllers: [
    SendEmailHandler,
    SendNotificationHandler,
    RecoverReferenceHandler,
    RaiseTicketHandler,
    LookUpNotificationsHandler,
    ReceiptsController,
  ],
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
      provide: TemplateRegistry,
      useFactory: ({ templateFile }: NotifierSettings, log: Log) => new TemplateRegistry(templateFile, log),
      inject: [NotifierSettings, Log],
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
    OneNotification,
    TextLimit,
    TemplateCheck,
    Notifications,
    Resendings,
    LearnedStates,
    NotifyStates,
    ReceiptRow,
    NotificationData,
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
