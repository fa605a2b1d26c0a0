import { Injectable, type OnModuleInit } from '@nestjs/common'
import { streamOf } from '../../contracts/index.js'
import { ServiceInfo } from '../info/index.js'
import { describeError, Log, OwnError } from '../../logging/index.js'
import { Control, JetStreamServer, NatsClient } from '../../messaging/index.js'
import { ScrapedGauges, type Readings } from './scraped-gauges.js'

/** What every service can tell of itself and of its handlers. */
@Injectable()
export class ServiceGauges implements OnModuleInit {
  constructor(
    private readonly gauges: ScrapedGauges,
    private readonly nats: NatsClient,
    private readonly server: JetStreamServer,
    private readonly control: Control,
    private readonly log: Log,
    private readonly service: ServiceInfo,
  ) {}

  onModuleInit(): void {
    this.gauges.addKnown(() => this.known())
    this.gauges.add(() => this.consumers())
  }

  /** Nobody is asked for these. */
  private known(): Readings {
    const { version, commit } = this.service
    const { handlers, upstreams, refusals } = this.control.state
    return {
      buildInfo: [{ labels: { version, commit }, value: 1 }],
      natsConnected: [{ value: Number(this.nats.isConnected) }],
      handlerStarved: this.server.definitions.map(({ name }) => ({
        labels: { handler: name },
        value: Number(this.server.starved.has(name)),
      })),
      handlerPaused: handlers.map(([handler, paused]) => ({ labels: { handler }, value: Number(paused) })),
      upstreamRefuses: refusals.map(([upstream, refuses]) => ({
        labels: { upstream },
        value: Number(refuses),
      })),
      upstreamUnavailable: upstreams.map(([upstream, out]) => ({ labels: { upstream }, value: Number(out) })),
    }
  }

  /** Of a consumer that is not there the others know nothing. */
  private async consumers(): Promise<Readings> {
    // While there is no connection, an answer would take the client's time-out not to come.
    if (!this.nats.isConnected) throw new OwnError('not connected to NATS')
    const asked = this.server.definitions.map(({ name, subjects }) =>
      this.nats.manager.consumers.info(streamOf(subjects[0]), name),
    )
    const answers = await Promise.allSettled(asked)
    const infos = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    for (const answer of answers) {
      if (answer.status === 'rejected')
        this.log.debug('consumer left out', { reason: describeError(answer.reason).name })
    }
    const values = (of: 'num_pending' | 'num_ack_pending') =>
      infos.map((info) => ({ labels: { handler: info.name }, value: info[of] }))
    return { consumerPending: values('num_pending'), consumerAckPending: values('num_ack_pending') }
  }
}
