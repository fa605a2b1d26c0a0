import { Module, type OnApplicationShutdown } from '@nestjs/common'
import type { Environment } from '#shared/config'
import { ENVIRONMENT } from '#shared/service'
import { NotifierSettings } from './notifier.settings.js'
import { EmailData } from './send-email/email-data.repository.js'
import { NotifyClient } from './send-email/notify.client.js'
import { OneEmail } from './send-email/one-email.js'
import { SendEmailHandler } from './send-email/send-email.handler.js'

@Module({
  controllers: [SendEmailHandler],
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
    EmailData,
    OneEmail,
  ],
})
export class AppModule implements OnApplicationShutdown {
  constructor(private readonly notify: NotifyClient) {}

  onApplicationShutdown(): void {
    this.notify.close()
  }
}
