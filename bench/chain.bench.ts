import { Controller, type Type } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'
import { AckPolicy, jetstream, type ConsumerMessages } from '@nats-io/jetstream'
import { subjects, type ClaimMessage, type Subject } from '#shared/contracts'
import { Consumes, done, policies, type Outcome, type Publisher } from '#shared/messaging'
import { startNatsServer } from '../testing/nats-server/index.js'
import { percentile, type Benchmark } from './figures.js'
import { MessagingParts } from './messaging-parts.js'

const chains = 200
/** Not measured: they are for the compiler. */
const warmUps = 20

/** The five messages of an approved claim, one behind the other. */
const links: readonly Subject[] = [
  subjects.claimSubmitted,
  subjects.claimBenefitCheckDue,
  subjects.claimApprovalDue,
  subjects.notifyClaimAccepted,
  subjects.notifyClaimSubmitted,
]

/**
 * Five messages, each published by the handler of the one before it, without a database: from the first publish to
 * the last handler. Through publisher and router, and turn about the same with the bare client.
 */
export const chainBench: Benchmark = async (progress) => {
  const server = await startNatsServer()
  const parts = new MessagingParts(server.url)
  const bare = new BareChain(parts)
  try {
    await parts.connect()
    const routed = new RoutedChain(parts.publisher)
    await parts.start(links.map((_, link) => routed.controller(link)))
    await bare.start()
    progress(`chain: ${chains} chains of ${links.length} messages, each way`)
    const times = { routed: [] as number[], bare: [] as number[] }
    for (let number = 1; number <= warmUps + chains; number++) {
      const taken = { routed: await routed.run(number), bare: await bare.run(number) }
      if (number <= warmUps) continue
      times.routed.push(taken.routed)
      times.bare.push(taken.bare)
    }
    return [
      { name: 'chain of five, p50', value: percentile(times.routed, 0.5), unit: 'ms', target: { under: 25 } },
      { name: 'chain of five, p99', value: percentile(times.routed, 0.99), unit: 'ms' },
      { name: 'chain of five with the bare client, p50', value: percentile(times.bare, 0.5), unit: 'ms' },
      { name: 'chain of five with the bare client, p99', value: percentile(times.bare, 0.99), unit: 'ms' },
    ]
  } finally {
    await bare.stop()
    await parts.close()
    await server.stop()
  }
}

/** Times one chain at a time. */
abstract class Chain {
  private end: () => void = () => undefined

  /** Milliseconds. */
  async run(number: number): Promise<number> {
    const ended = new Promise<void>((resolve) => (this.end = resolve))
    const begun = performance.now()
    await this.publish(0, number)
    await ended
    return performance.now() - begun
  }

  protected abstract publish(link: number, number: number): Promise<unknown>

  protected async handle(link: number, number: number): Promise<void> {
    if (link + 1 < links.length) await this.publish(link + 1, number)
    else this.end()
  }
}

class RoutedChain extends Chain {
  constructor(private readonly publisher: Publisher) {
    super()
  }

  controller(link: number): Type {
    const next = (number: number) => this.handle(link, number)
    const subject = links[link] ?? subjects.claimSubmitted
    @Controller()
    class LinkHandler {
      @Consumes({ name: `link-${link}`, subjects: [subject], policy: policies['complete-claim'] })
      async handle(@Payload() { claimId }: ClaimMessage): Promise<Outcome> {
        await next(claimId)
        return done
      }
    }
    return LinkHandler
  }

  protected publish(link: number, number: number): Promise<unknown> {
    return this.publisher.publish({
      id: `chain.${number}.${link}`,
      subject: links[link] ?? subjects.claimSubmitted,
      body: { reference: 'BENCH01', eligibilityId: 1, claimId: number },
    })
  }
}

/** On a stream of its own, so that the two do not get each other's messages. */
class BareChain extends Chain {
  private readonly loops: ConsumerMessages[] = []

  constructor(private readonly parts: MessagingParts) {
    super()
  }

  async start(): Promise<void> {
    const { manager, core } = this.parts.client
    await manager.streams.add({ name: 'BARE', subjects: ['bare.*'] })
    for (const link of links.keys()) {
      const name = `bare-${link}`
      const filter = { filter_subject: `bare.${link}`, ack_policy: AckPolicy.Explicit }
      await manager.consumers.add('BARE', { durable_name: name, ...filter })
      const consumer = await jetstream(core).consumers.get('BARE', name)
      const loop = await consumer.consume()
      this.loops.push(loop)
      void this.work(loop, link)
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.close()))
  }

  protected publish(link: number, number: number): Promise<unknown> {
    const body = JSON.stringify({ reference: 'BENCH01', eligibilityId: 1, claimId: number })
    return jetstream(this.parts.client.core).publish(`bare.${link}`, body, { msgID: `${number}.${link}` })
  }

  private async work(loop: ConsumerMessages, link: number): Promise<void> {
    for await (const message of loop) {
      await this.handle(link, message.json<ClaimMessage>().claimId)
      message.ack()
    }
  }
}
