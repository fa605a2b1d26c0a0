import { Inject, Module, type BeforeApplicationShutdown } from '@nestjs/common'
import { type Environment, ENVIRONMENT } from '#shared/config'
import { controlKeys } from '#shared/contracts'
import { Log } from '#shared/logging'
import { NatsClient, SharedTurn } from '#shared/messaging'
import { ChatClient } from './chat.client.js'
import { ChatSettings } from './chat.settings.js'
import { Digests } from './digests.js'
import { TellOnce } from './tell-once.js'

/** `Digests`, or null where no webhook is named: then nobody is told anything. */
@Module({
  providers: [
    {
      provide: Digests,
      useFactory: (env: Environment, nats: NatsClient, log: Log) => {
        const { webhook, pauseMs, runbook } = new ChatSettings(env)
        if (!webhook) return null
        return new Digests(
          new ChatClient(webhook),
          new SharedTurn(controlKeys.chatTurn, pauseMs, nats),
          runbook,
          log,
        )
      },
      inject: [ENVIRONMENT, NatsClient, Log],
    },
    TellOnce,
  ],
  exports: [Digests, TellOnce],
})
export class ChatModule implements BeforeApplicationShutdown {
  constructor(@Inject(Digests) private readonly digests: Digests | null) {}

  /** Before the handlers are waited for: they wait for this. */
  beforeApplicationShutdown(): void {
    this.digests?.stop()
  }
}
