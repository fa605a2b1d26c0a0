import { afterEach, describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { SystemClock } from '#shared/clock'
import { eventNames, type EventName, type OutgoingMessage } from '#shared/contracts'
import { changeEndpoint, retryDeliveries } from '#shared/operations'
import { BareClient } from '../support/bare-client.js'
import { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { WebhookReceivers, type Behaving, type ReceivedWebhook } from '../support/webhook-receivers.js'
import { addReceiver, SecretFile, signingKeys, tellEvents } from '../support/webhook-work.js'
import { expectNone } from './support/aftermath.js'
import { Dice, faultSettings, patience, seed, sized } from './support/fault-settings.js'
import { WrongClocks } from './support/wrong-clocks.js'

const count = sized(10_000, 300)
const kills = sized(12, 4)
/** In one transaction. */
const atOnce = sized(25, 10)
/** The dead take part, or do not, in turns. */
const turns = sized(8, 4)
/** The clock of one sender is ahead, and behind once it was killed, and ahead again. */
const wrongMs = 4 * 60_000
const wrong = 'webhook-sender with a wrong clock'
const clock = new SystemClock()

let run: Processes | undefined
let receivers: WebhookReceivers | undefined
let secrets: SecretFile | undefined
let client: BareClient | undefined
let clocks: WrongClocks | undefined
afterEach(async () => {
  await client?.close()
  expect(await run?.stop()).toEqual([])
  await receivers?.close()
  secrets?.remove()
  clocks?.remove()
  run = undefined
}, 60_000)

interface Endpoint {
  readonly name: string
  readonly kind: 'live' | 'dead' | 'slow' | 'flapping'
  readonly wants: readonly EventName[]
}

const eventAt = (place: number): EventName => eventNames[place % eventNames.length] ?? eventNames[0]
/** One in fifty: who is slow is not asked for more than it can take. */
const rare = eventAt(eventNames.length - 1)

const many = (
  kind: Endpoint['kind'],
  so: number,
  wants: (place: number) => readonly EventName[],
): Endpoint[] =>
  Array.from({ length: so }, (_, place) => ({ name: `${kind}-${place + 1}`, kind, wants: wants(place) }))

const endpoints: readonly Endpoint[] = [
  ...many('live', 13, (place) => [eventAt(place), rare]),
  ...many('dead', 5, (place) => [eventAt(place)]),
  ...many('slow', 1, () => [rare]),
  ...many('flapping', 1, () => [eventAt(0)]),
]
const named = (kind: Endpoint['kind']) =>
  endpoints.filter((each) => each.kind === kind).map(({ name }) => name)

describe(`webhooks to ${endpoints.length} endpoints (seed ${seed})`, () => {
  it(
    `${count} events, ${kills} kills, 5 endpoints dead, 1 slow, 1 flapping, the clock of 1 of 2 senders wrong: in order at each, and the dead hold nobody up`,
    async () => {
      const dice = new Dice(20)
      const world = await start()
      const { processes, others, unverified } = world
      const names = Array.from({ length: count }, () =>
        dice.between(1, 50) === 1 ? rare : eventAt(dice.between(0, eventNames.length - 2)),
      )
      const half = names.slice(0, count / 2)
      const times = { without: 0, with: 0 }
      for (let turn = 0; turn < turns; turn++) {
        const isWith = turn % 2 === 1
        for (const name of named('dead')) await say(processes, name, isWith ? 'active' : 'paused')
        const part = half.slice((turn * half.length) / turns, ((turn + 1) * half.length) / turns)
        const begun = performance.now()
        await tell(processes, `turn.${turn}`, part, world.publish)
        await taken(world, names.slice(0, ((turn + 1) * half.length) / turns), named('live'))
        times[isWith ? 'with' : 'without'] += performance.now() - begun
      }
      reportTimes(times)
      for (let kill = 0; kill < kills; kill++) {
        const part = names.slice(
          count / 2 + (kill * count) / 2 / kills,
          count / 2 + ((kill + 1) * count) / 2 / kills,
        )
        const before = others.calls.length
        await tell(processes, `kill.${kill}`, part)
        await until('some were sent', () => others.calls.length > before + part.length / 2, patience)
        const name = dice.oneOf(['webhook-sender', wrong, 'task-relay'])
        await processes.kill(name)
        if (name === wrong) await world.runWrong()
        else await processes.run(name)
      }
      await taken(world, names, named('live'))
      for (const { name } of endpoints) others.behave(name, well(unverified))
      for (const name of [...named('dead'), ...named('flapping')]) await now(processes, name)
      const all = endpoints.map(({ name }) => name)
      await taken(world, names, all)
      report(others)
      expectNone([
        ...unverified,
        ...endpoints.flatMap(({ name, wants }) => complaintsOf(others, name, numberOf(names, wants))),
        ...(times.with > 1.1 * times.without + sized(0, 1_000) ? ['the dead hold the others up'] : []),
      ])
    },
    5 * patience,
  )
})

interface World {
  readonly processes: Processes
  readonly others: WebhookReceivers
  readonly unverified: string[]
  /** At once, as a service does after its commit; what is not published so is left to the relay. */
  readonly publish: (messages: readonly OutgoingMessage[]) => Promise<void>
  /** Starts the sender whose clock is wrong, each time the other way. */
  readonly runWrong: () => Promise<void>
}

async function start(): Promise<World> {
  secrets = new SecretFile()
  const others = (receivers = await WebhookReceivers.listen())
  const env = {
    ...Object.fromEntries(Object.entries(faultSettings).filter(([name]) => name !== 'CLOCK_START')),
    ...{ WEBHOOK_SECRETS: secrets.path, LOOPBACK_ALLOWED: 'true', WEBHOOK_TIMEOUT_MS: '1000' },
  }
  const processes = (run = await Processes.start(env, ['task-relay', 'webhook-sender']))
  const unverified: string[] = []
  for (const { name, kind, wants } of endpoints) {
    others.behave(name, behaviours[kind](well(unverified), name))
    await addReceiver(processes.database.connection, others, clock, { name, wants })
  }
  const broker = (client = await BareClient.connect(processes.nats.url))
  const publish = async (messages: readonly OutgoingMessage[]) => {
    for (const { id, subject, body } of messages)
      await broker.publish(subject, body, { 'ce-id': id, 'Nats-Msg-Id': id })
  }
  const wrongClocks = (clocks = new WrongClocks())
  let ms = -wrongMs
  const runWrong = () => {
    ms = -ms
    return processes.run('webhook-sender', wrongClocks.envOf('webhook-sender', ms), wrong)
  }
  await runWrong()
  return { processes, others, unverified, publish, runWrong }
}

/** Takes what the library of the specification takes. */
const well =
  (unverified: string[]): Behaving =>
  (call) => {
    try {
      new Webhook(signingKeys.first).verify(call.body, call.headers as Record<string, string>)
      return { status: 204 }
    } catch (error) {
      unverified.push(`${call.endpoint} ${call.sequence}: ${String(error)}`)
      return { status: 400 }
    }
  }

const behaviours: Readonly<Record<Endpoint['kind'], (good: Behaving, name: string) => Behaving>> = {
  live: (good) => good,
  dead: (_, name) =>
    name.endsWith('1') ? () => 'reset' : name.endsWith('2') ? () => ({ status: 500 }) : () => 'hang',
  slow: (good) => (call) => {
    const answer = good(call)
    return typeof answer === 'string' ? answer : { ...answer, afterMs: 300 }
  },
  flapping: (good) => (call) => (Math.floor(performance.now() / 2_000) % 2 ? { status: 503 } : good(call)),
}

async function tell(
  { database }: Processes,
  cause: string,
  names: readonly EventName[],
  publish?: World['publish'],
): Promise<void> {
  for (let first = 0; first < names.length; first += atOnce) {
    const some = names.slice(first, first + atOnce)
    await tellEvents(database.connection, clock, `${cause}.${first}`, some, publish)
  }
}

const numberOf = (names: readonly EventName[], wants: readonly EventName[]): number =>
  names.filter((name) => wants.includes(name)).length

/** Waits until these have taken all there is for them. */
async function taken(
  { others }: World,
  names: readonly EventName[],
  which: readonly string[],
): Promise<void> {
  for (const { name, wants } of endpoints.filter((each) => which.includes(each.name))) {
    const wanted = numberOf(names, wants)
    await until(`${name} has taken ${wanted}`, () => new Set(others.taken(name)).size >= wanted, patience, 10)
  }
}

const at = () => ({ now: clock.now(), dryRun: false, reason: 'test' })

const say = ({ database }: Processes, name: string, state: 'active' | 'paused') =>
  changeEndpoint(database.connection, { name, state }, at())

/** Has an endpoint tried at once, if something is due there. */
const now = ({ database }: Processes, name: string) =>
  retryDeliveries(database.connection, { name }, at()).catch(() => undefined)

/** Each number in its turn, and again only as long as it is its turn, under the same id; one request at a time. */
function complaintsOf(others: WebhookReceivers, name: string, wanted: number): string[] {
  const calls = others.of(name)
  const ids = new Map<number, string>()
  const outOfOrder = calls.filter(({ sequence }, place) => {
    const before = calls[place - 1]?.sequence ?? 0
    return sequence !== before && sequence !== before + 1
  })
  const renamed = calls.filter(({ sequence, id }) => {
    const known = ids.get(sequence) ?? id
    ids.set(sequence, known)
    return known !== id
  })
  const took = new Set(others.taken(name)).size
  return [
    ...outOfOrder.map((call) => `out of order: ${lineOf(call)}`),
    ...renamed.map((call) => `another id: ${lineOf(call)}`),
    ...(took === wanted ? [] : [`${name} took ${took} of ${wanted}`]),
    ...(new Set(ids.values()).size === ids.size ? [] : [`${name}: one id for two`]),
    ...(others.mostAtOnce(name) === 1 ? [] : [`${name}: ${others.mostAtOnce(name)} requests at once`]),
  ]
}

const lineOf = ({ endpoint, sequence, id }: ReceivedWebhook): string => `${endpoint} ${sequence} ${id}`

/** At once: what comes afterwards may fail for other reasons. */
function reportTimes(times: { readonly without: number; readonly with: number }): void {
  const ratio = (times.with / times.without).toFixed(3)
  process.stdout.write(
    `the live ones took ${Math.round(times.with)} ms with the dead and ${Math.round(times.without)} ms without: ${ratio}\n`,
  )
}

function report(others: WebhookReceivers): void {
  const repeats =
    others.calls.length - new Set(others.calls.map((call) => `${call.endpoint} ${call.sequence}`)).size
  process.stdout.write(`${others.calls.length} requests, ${repeats} of them repeats\n`)
}
