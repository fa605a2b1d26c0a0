import { jetstream, type ConsumeMessages } from '@nats-io/jetstream'
import { startNatsServer } from '../testing/nats-server/index.js'
import { median, type Benchmark, type Figure } from './figures.js'
import { MessagingParts } from './messaging-parts.js'
import {
  concurrency,
  consumeRouted,
  fill,
  finish,
  messages,
  Meter,
  policy,
  stream,
  subject,
  type Speed,
} from './routed-messages.js'

const rounds = 7

/**
 * Messages a second through the router with an empty handler, and through the bare client's `consume()` loop: turn
 * about in one process, each time with a new consumer over the same stream.
 */
export const routerBench: Benchmark = async (progress) => {
  const server = await startNatsServer()
  const parts = new MessagingParts(server.url)
  try {
    await parts.connect()
    progress(`router: storing ${messages} messages`)
    await fill(parts)
    const taken: Taken[] = []
    for (let round = 0; round <= rounds; round++) {
      const turn = await takeTurns(parts, round)
      progress(`router: ${names.map((name) => `${name} ${Math.round(turn[name].rate)}/s`).join(', ')}`)
      // The first round is for the compiler.
      if (round > 0) taken.push(turn)
    }
    return figuresOf(taken)
  } finally {
    await parts.close()
    await server.stop()
  }
}

const names = ['bare', 'router', 'bareWide', 'fetched'] as const
type Name = (typeof names)[number]
type Taken = Record<Name, Speed>

/** Each begins a round in its turn, so that none is always the first or the last. */
async function takeTurns(parts: MessagingParts, round: number): Promise<Taken> {
  const measure: Record<Name, (consumer: string) => Promise<Speed>> = {
    bare: (consumer) => consumeBare(parts, consumer, {}),
    router: (consumer) => consumeRouted(parts, consumer),
    bareWide: (consumer) => consumeBare(parts, consumer, { max_messages: concurrency }),
    fetched: (consumer) => fetchBare(parts, consumer),
  }
  const taken: Partial<Taken> = {}
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(round + turn) % names.length] ?? 'bare'
    taken[name] = await measure[name](`${name}-${round}`)
  }
  return taken as Taken
}

function figuresOf(rounds: readonly Taken[]): Figure[] {
  const of = (name: Name, what: keyof Speed) => median(rounds.map((taken) => taken[name][what]))
  // Within a round the machine is equally busy for all; between rounds it may not be.
  const ratio = (to: Name) => median(rounds.map((taken) => taken.router.rate / taken[to].rate))
  const wide = `bare client with max_messages ${concurrency}`
  const fetched = `bare client, fetch() of ${concurrency}`
  return [
    { name: 'router, empty handler', value: of('router', 'rate'), unit: 'messages/s' },
    { name: 'bare client, consume()', value: of('bare', 'rate'), unit: 'messages/s' },
    { name: wide, value: of('bareWide', 'rate'), unit: 'messages/s' },
    { name: fetched, value: of('fetched', 'rate'), unit: 'messages/s' },
    { name: 'router / bare client', value: ratio('bare'), unit: '', target: { atLeast: 0.8 } },
    { name: `router / ${wide}`, value: ratio('bareWide'), unit: '', target: { atLeast: 0.8 } },
    { name: `router / ${fetched}`, value: ratio('fetched'), unit: '' },
    { name: 'router, processor time', value: of('router', 'cpu'), unit: 'µs/message' },
    { name: 'bare client, processor time', value: of('bare', 'cpu'), unit: 'µs/message' },
    { name: `${wide}, processor time`, value: of('bareWide', 'cpu'), unit: 'µs/message' },
    { name: `${fetched}, processor time`, value: of('fetched', 'cpu'), unit: 'µs/message' },
  ]
}

async function consumeBare(parts: MessagingParts, name: string, options: ConsumeMessages): Promise<Speed> {
  await parts.provide({ name, subjects: [subject], policy })
  const consumer = await jetstream(parts.client.core).consumers.get(stream, name)
  const meter = new Meter()
  const deliveries = await consumer.consume(options)
  void meter.speed.then(() => deliveries.stop())
  for await (const message of deliveries) {
    JSON.parse(message.string())
    message.ack()
    meter.tick()
  }
  await finish(parts, name)
  return meter.speed
}

/** As the pull loop would ask with the client's own way: for as many as there are hands, again when they are free. */
async function fetchBare(parts: MessagingParts, name: string): Promise<Speed> {
  await parts.provide({ name, subjects: [subject], policy })
  const consumer = await jetstream(parts.client.core).consumers.get(stream, name)
  const meter = new Meter()
  let taken = 0
  while (taken < messages) {
    const batch = await consumer.fetch({ max_messages: Math.min(concurrency, messages - taken) })
    for await (const message of batch) {
      JSON.parse(message.string())
      message.ack()
      meter.tick()
      taken += 1
    }
  }
  await finish(parts, name)
  return meter.speed
}
