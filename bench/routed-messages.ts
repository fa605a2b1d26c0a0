import { Controller, type Type } from '@nestjs/common'
import { streamOf, subjects } from '#shared/contracts'
import { Consumes, done, type ConsumerDefinition, type Outcome } from '#shared/messaging'
import type { MessagingParts } from './messaging-parts.js'
import { until } from './until.js'

export const messages = 50_000
export const concurrency = 256
export const subject = subjects.claimSubmitted
export const stream = streamOf(subject)

/** Stores the messages that are then consumed over and over. */
export async function fill({ publisher }: MessagingParts): Promise<void> {
  const atOnce = 500
  for (let first = 0; first < messages; first += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, messages - first) }, (_, index) =>
        publisher.publish({
          id: `bench.${first + index}`,
          subject,
          body: { reference: 'BENCH01', eligibilityId: 1, claimId: first + index + 1 },
        }),
      ),
    )
  }
}

export interface Speed {
  /** Messages a second. */
  readonly rate: number
  /** Processor time of this process, in microseconds a message. */
  readonly cpu: number
}

/** Counts messages, and measures from the first to the last of them. */
export class Meter {
  private count = 0
  private begun = 0
  private cpu = process.cpuUsage()
  private end: (speed: Speed) => void = () => undefined
  readonly speed = new Promise<Speed>((resolve) => (this.end = resolve))

  /** @param warmUps messages that are not measured: they are for the compiler */
  constructor(
    private readonly expected = messages,
    private warmUps = 0,
  ) {}

  tick(): void {
    if (this.warmUps-- > 0) return
    this.count++
    if (this.count === 1) {
      this.begun = performance.now()
      this.cpu = process.cpuUsage()
    } else if (this.count === this.expected) this.end(this.read())
  }

  private read(): Speed {
    const { user, system } = process.cpuUsage(this.cpu)
    const rate = ((this.expected - 1) * 1_000) / (performance.now() - this.begun)
    return { rate, cpu: (user + system) / (this.expected - 1) }
  }
}

/** Through Nest and the router with an empty handler; measured from the first to the last message. */
export async function consumeRouted(parts: MessagingParts, name: string): Promise<Speed> {
  const meter = new Meter()
  const app = await parts.start([emptyHandler({ name, subjects: [subject], policy }, meter)])
  const speed = await meter.speed
  await app.close()
  await finish(parts, name)
  return speed
}

export const policy = {
  attempts: 5,
  backoff: { baseMs: 1_000, capMs: 10_000 },
  timeOutMs: 30_000,
  concurrency,
}

function emptyHandler(definition: ConsumerDefinition, meter: Meter): Type {
  @Controller()
  class EmptyHandler {
    @Consumes(definition)
    handle(): Promise<Outcome> {
      meter.tick()
      return Promise.resolve(done)
    }
  }
  return EmptyHandler
}

/** Waits until the server has taken in every answer, and removes the consumer. */
export async function finish({ client }: MessagingParts, name: string): Promise<void> {
  const { consumers } = client.manager
  await until(`${name} has answered every message`, async () => {
    const { num_ack_pending: unanswered, num_pending: waiting } = await consumers.info(stream, name)
    return unanswered + waiting === 0
  })
  await consumers.delete(stream, name)
}
