import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { subjects } from '../../contracts/index.js'
import { Log } from '../../logging/index.js'
import { upstreamCall } from '../../telemetry/index.js'
import type { ConsumerDefinition } from '../handlers/consumer-definition.js'
import type { DeliveredMessage } from '../consume/delivered-message.js'
import type { Delivery } from '../consume/delivery.js'
import { done, unavailable, upstreamFailed, type Outcome } from '../handlers/outcome.js'
import { Router, type RouterParts } from '../consume/router.js'
import type { ControlBucket, Held } from './control-bucket.js'
import { HandlerGate } from './handler-gate.js'
import { UpstreamGate } from './upstream-gate.js'

const definition: ConsumerDefinition = {
  name: 'send-email',
  subjects: [subjects.notifyClaimSubmitted],
  policy: {
    attempts: 4,
    backoff: { baseMs: 1, capMs: 1 },
    timeOutMs: 5_000,
    concurrency: 2,
    upstream: 'notify',
  },
}
const body = JSON.stringify({ reference: 'ABC1234', eligibilityId: 1, claimId: 2 })
const log = Log.create('test', 'silent')

/** A bucket that two replicas share. */
class SharedBucket {
  private revision = 0
  private held: Held<unknown> | undefined

  read(): Promise<Held<unknown> | undefined> {
    return Promise.resolve(this.held)
  }

  change(_: string, value: unknown, revision: number): Promise<number | undefined> {
    if (revision !== (this.held?.revision ?? 0)) return Promise.resolve(undefined)
    this.held = { value, revision: ++this.revision }
    return Promise.resolve(this.revision)
  }

  delete(): Promise<void> {
    this.held = { value: undefined, revision: ++this.revision }
    return Promise.resolve()
  }
}

type Answers = 'ack' | 'nak' | 'term'

/** One replica of a handler, that does with a message what the test says. */
class Replica {
  readonly upstream: UpstreamGate
  private readonly gate: HandlerGate
  private readonly route: (message: DeliveredMessage) => Promise<Outcome>
  readonly tried: number[] = []
  readonly deadLetters: number[] = []

  constructor(bucket: SharedBucket, work: (sequence: number) => Promise<Outcome>) {
    this.upstream = new UpstreamGate('notify', bucket as unknown as ControlBucket, log)
    this.gate = new HandlerGate({ upstream: this.upstream, concurrency: definition.policy.concurrency })
    const nothing = () => Promise.resolve()
    const parts = {
      deadLetters: { add: ({ sequence }: Delivery) => Promise.resolve(void this.deadLetters.push(sequence)) },
      records: { failedAttempt: nothing, waiting: nothing, gaveUp: nothing },
      gateOf: () => this.gate,
      measured: false,
      log,
    } as unknown as RouterParts
    this.route = new Router(parts).route(definition, ({ sequence }) => {
      this.tried.push(sequence)
      return work(sequence)
    })
  }

  /** @returns how the server was answered */
  async deliver(sequence: number, deliveries = 1): Promise<Answers> {
    let answer: Answers = 'nak'
    const message = {
      ...{ stream: 'NOTIFICATIONS', subject: subjects.notifyClaimSubmitted, sequence, deliveries },
      ...{ data: Buffer.from(body), headers: undefined, hasUnreadableHeaders: false, storedAt: '1' },
      ack: () => void (answer = 'ack'),
      nak: () => void (answer = 'nak'),
      term: () => void (answer = 'term'),
      working: () => undefined,
    }
    await this.route(message as unknown as DeliveredMessage)
    return answer
  }

  stop(): void {
    this.gate.stop()
    this.upstream.stop()
  }
}

describe('messages and their upstream', () => {
  let bucket: SharedBucket
  let replicas: Replica[]
  let badOnes: Set<number>
  /** What the upstream does with bad ones, and with all while it is out. */
  let failure: Outcome
  let isOut: boolean

  beforeEach(() => {
    bucket = new SharedBucket()
    badOnes = new Set()
    failure = upstreamFailed('notify-500')
    isOut = false
    const work = (sequence: number) =>
      upstreamCall({ upstream: 'notify', operation: 'send' }, () =>
        Promise.resolve(isOut || badOnes.has(sequence) ? failure : done),
      )
    replicas = [new Replica(bucket, work), new Replica(bucket, work)]
  })
  afterEach(() => replicas.forEach((replica) => replica.stop()))

  const replica = (place: number): Replica => {
    const found = replicas[place]
    if (!found) throw new Error('there is no such replica')
    return found
  }

  it('end as dead letters after their attempts, while others get through', async () => {
    badOnes = new Set([1, 2, 3])
    const endOf = async (sequence: number) => {
      const answers: Answers[] = []
      for (let delivery = 1; answers.at(-1) !== 'term'; delivery++)
        answers.push(await replica(0).deliver(sequence, delivery))
      return answers
    }
    let ended = false
    const ends = Promise.all([1, 2, 3].map(endOf)).finally(() => (ended = true))
    for (let good = 100; !ended; good++) expect(await replica(0).deliver(good)).toBe('ack')
    expect(await ends).toEqual(Array(3).fill(['nak', 'nak', 'nak', 'term']))
    expect(replica(0).deadLetters.sort()).toEqual([1, 2, 3])
  })

  it('are all tried in turn while it is out, the new ones first, and none is given back', async () => {
    isOut = true
    const answers = Promise.all([1, 2, 3, 4, 5, 6].map((sequence) => replica(0).deliver(sequence)))
    const tries = () => replica(0).tried.length
    while (tries() < 9) await new Promise(setImmediate)
    expect(new Set(replica(0).tried.slice(0, 6))).toEqual(new Set([1, 2, 3, 4, 5, 6]))
    expect(replica(0).upstream.isOut).toBe(true)
    isOut = false
    expect(await answers).toEqual(Array(6).fill('ack'))
  })

  it('say nothing of it where they need not ask it', async () => {
    isOut = true
    failure = unavailable('notify-503')
    const waits = replica(0).deliver(1)
    while (!replica(0).upstream.isOut) await new Promise(setImmediate)
    const needsNothing = new Replica(bucket, () => Promise.resolve(done))
    replicas.push(needsNothing)
    await needsNothing.upstream.refresh()
    expect(await needsNothing.deliver(2)).toBe('ack')
    await replica(0).upstream.refresh()
    expect([needsNothing.upstream.isOut, replica(0).upstream.isOut]).toEqual([true, true])
    isOut = false
    expect(await waits).toBe('ack')
  })

  it('of one replica do not keep those of another from being tried', async () => {
    isOut = true
    const bad = [1, 2, 3]
    bad.forEach((sequence) => void replica(0).deliver(sequence))
    while (!replica(0).upstream.isOut) await new Promise(setImmediate)
    await replica(1).upstream.refresh()
    const waits = replica(1).deliver(10)
    const look = setInterval(() => replicas.forEach(({ upstream }) => void upstream.refresh()), 50)
    while (!replica(1).tried.length) await new Promise(setImmediate)
    isOut = false
    badOnes = new Set(bad)
    expect(await waits).toBe('ack')
    clearInterval(look)
  })
})
