import { Module, type OnApplicationShutdown } from '@nestjs/common'
import { Clock } from '#shared/clock'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { Log } from '#shared/logging'
import { EventQueue } from './queue-webhook-events/event-queue.repository.js'
import { QueueWebhookEventsHandler } from './queue-webhook-events/queue-webhook-events.handler.js'
import { SecretRegistry } from './secrets/secret-registry.service.js'
import { Deliveries } from './send-webhook/deliveries.repository.js'
import { EndpointLeases } from './send-webhook/endpoint-leases.repository.js'
import { OneRequest } from './send-webhook/one-request.js'
import { SendWebhookHandler } from './send-webhook/send-webhook.handler.js'
import { WebhookClient } from './send-webhook/webhook.client.js'
import { EndpointGauges } from './show-endpoints/endpoint-gauges.js'
import { WaitingEvents } from './show-endpoints/waiting-events.repository.js'
import { WebhookSenderSettings } from './webhook-sender.settings.js'

@Module({
  controllers: [QueueWebhookEventsHandler, SendWebhookHandler],
  providers: [
    {
      provide: WebhookSenderSettings,
      useFactory: (env: Environment) => new WebhookSenderSettings(env),
      inject: [ENVIRONMENT],
    },
    {
      provide: SecretRegistry,
      useFactory: ({ secretFile }: WebhookSenderSettings, log: Log) => new SecretRegistry(secretFile, log),
      inject: [WebhookSenderSettings, Log],
    },
    {
      provide: WebhookClient,
      useFactory: ({ timeoutMs, isLoopbackAllowed }: WebhookSenderSettings, clock: Clock) =>
        new WebhookClient({ timeoutMs, isLoopbackAllowed, now: () => clock.instant() }),
      inject: [WebhookSenderSettings, Clock],
    },
    EventQueue,
    Deliveries,
    EndpointLeases,
    OneRequest,
    WaitingEvents,
    EndpointGauges,
  ],
})
export class AppModule implements OnApplicationShutdown {
  constructor(private readonly client: WebhookClient) {}

  onApplicationShutdown(): void {
    this.client.close()
  }
}
