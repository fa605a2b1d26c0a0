import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { messages, subjects, type MessageDefinition } from '#shared/contracts'
import { seededRandom } from '../../testing/simulators/misbehaviour.js'
import type { SubmittedClaim } from '../../testing/simulators/external-web-app/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { BareClient } from '../support/bare-client.js'
import { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { Accounts, complaints } from './support/accounts.js'
import { claimsOfAllKinds, expectAllRight, handOver, officeHours } from './support/good-claims.js'
import { Chance, malformedKinds, malformedMessage, workSubjects } from './support/malformed-messages.js'
import { RawPublisher, type StoreAnswer } from './support/raw-publisher.js'

const short = process.env.FAULTS === 'short'
const seed = inject('seed')
/** In all, over all subjects and kinds. */
const sentInAll = short ? 300 : 10_000
const goodClaims = short ? 30 : 300
const atOnce = 50
/** For what is to happen, and for a whole test. */
const patient = short ? 40_000 : 300_000
const limit = 2 * patient
const mostMemory = 200
/** The most bytes of a message in a stream of work. */
const largest = 32_768
/** And the server, whatever the stream says. */
const largestOfServer = 65_536

/** The built services, fed with what nobody should send, while claims go through them. */
describe(`malformed messages, seed ${seed}`, () => {
  const chance = new Chance(seededRandom(seed))
  let processes: Processes
  let publisher: RawPublisher
  let accounts: Accounts
  let claims = 0

  beforeAll(async () => {
    processes = await Processes.start({ CLOCK_START: officeHours.slice(0, 19) })
    publisher = await RawPublisher.connect(processes.nats.port)
    accounts = await Accounts.open(processes.nats.url)
  }, 120_000)

  afterAll(async () => {
    publisher.close()
    await accounts.close()
    expect(await processes.stop()).toEqual([])
  }, 60_000)

  afterEach(expectEverythingAccountedFor, limit)

  const nextClaims = (count: number): SubmittedClaim[] => {
    const next = claimsOfAllKinds(count, claims + 1)
    claims += count
    return next
  }

  /** Whatever was sent: nothing is under way, nothing is forgotten, nothing has two ends, and nobody has grown. */
  async function expectEverythingAccountedFor(): Promise<void> {
    const { connection } = processes.database
    await until('nothing is to come any more', () => accounts.nothingToCome(connection), patient, 100)
    const wrong = (await accounts.ofEachConsumer(connection)).flatMap(complaints)
    expect(wrong).toEqual([])
    const peaks = serviceNames.map((name) => [name, Math.round(processes.peakMemory(name))] as const)
    expect(peaks.filter(([, megabytes]) => megabytes >= mostMemory)).toEqual([])
  }

  /** As the subject's contract wants it, so that nothing but the claim itself is odd. */
  const publishAbout = ({ reference, eligibilityId, claimId }: SubmittedClaim, subject: string) => {
    const ids = { reference, eligibilityId, claimId }
    const definition = Object.values<MessageDefinition>(messages).find((each) => each.subject === subject)
    const named = Object.entries(ids).filter(([name]) => name in (definition?.body.example ?? {}))
    return publisher.publish(subject, Buffer.from(JSON.stringify(Object.fromEntries(named))))
  }

  /** Every subject about a claim, in random order. */
  function shuffledSubjects(): string[] {
    const about = workSubjects.filter((subject) => /^(claims|notifications)\./.test(subject))
    return about
      .map((subject) => [chance.random(), subject] as const)
      .sort(([a], [b]) => a - b)
      .map(([, subject]) => subject)
  }

  it(
    `${sentInAll} on all subjects, while ${goodClaims} claims go through`,
    async () => {
      const good = nextClaims(goodClaims)
      const flowing = handOver(processes, good)
      const refused: StoreAnswer[] = []
      for (let sent = 0; sent < sentInAll; sent += atOnce) {
        const some = Array.from({ length: Math.min(atOnce, sentInAll - sent) }, (_, i) => {
          const kind = malformedKinds[(sent + i) % malformedKinds.length] ?? ''
          return malformedMessage(chance, chance.of(workSubjects), kind)
        })
        const answers = await Promise.all(
          some.map(({ subject, body, headers }) => publisher.publish(subject, body, headers)),
        )
        refused.push(...answers.filter(({ error }) => error))
      }
      expect(refused).toEqual([])
      await flowing
      await expectAllRight(processes, good, patient)
    },
    limit,
  )

  it(
    'messages about claims that have not come yet, in any order, harm none of them',
    async () => {
      const late = nextClaims(short ? 11 : 44)
      for (const claim of late)
        await Promise.all(shuffledSubjects().map((subject) => publishAbout(claim, subject)))
      await until('they are answered', () => accounts.allAnswered(), patient, 50)
      await handOver(processes, late)
      await expectAllRight(processes, late, patient)
    },
    limit,
  )

  it(
    'messages about claims that have gone to the archive leave them there',
    async () => {
      const gone = nextClaims(short ? 11 : 44)
      await handOver(processes, gone)
      await expectAllRight(processes, gone, patient)
      const ids = gone.map(({ claimId }) => claimId)
      // Only what has been decided, and is owed nothing, may go there.
      await processes.database.connection.db
        .updateTable('IntSchema.Claim')
        .set({ Status: 'REJECTED', PaymentStatus: 'PROCESSED' })
        .where('ClaimId', 'in', ids)
        .execute()
      await Promise.all(gone.map((claim) => publishAbout(claim, subjects.claimArchiveDue)))
      await until('they are archived', () => accounts.allAnswered(), patient, 50)
      for (const claim of gone)
        await Promise.all(shuffledSubjects().map((subject) => publishAbout(claim, subject)))
      await until('they are answered', () => accounts.allAnswered(), patient, 50)
      const left = await processes.database.connection.db
        .selectFrom('IntSchema.Claim')
        .select('ClaimId')
        .where('ClaimId', 'in', ids)
        .execute()
      expect(left).toEqual([])
    },
    limit,
  )

  it(
    'as large as a stream takes: each has its dead letter; larger ones are refused with a reason',
    async () => {
      const client = await BareClient.connect(processes.nats.url)
      try {
        for (const subject of [
          subjects.claimSubmitted,
          subjects.notifyClaimAccepted,
          subjects.scheduleDaily,
        ]) {
          await expect(client.publish(subject, 'x'.repeat(largest + 1))).rejects.toThrow(
            'message size exceeds maximum allowed',
          )
          await expect(client.publish(subject, 'x'.repeat(largestOfServer + 1))).rejects.toThrow(
            'max_payload size exceeded',
          )
          const body = JSON.stringify({ claimId: 'x'.repeat(largest - 300) })
          const header = 'x'.repeat(largest - 300)
          const stored = [
            await client.publish(subject, body),
            await client.publish(subject, '{}', { 'ce-id': header }),
          ]
          await until(
            'each has its dead letters',
            async () => {
              const letters = [...(await accounts.deadLetters()).keys()]
              return stored.every(({ stream, seq }) =>
                letters.some((key) => key.endsWith(` ${stream} ${seq}`)),
              )
            },
            patient,
            100,
          )
        }
      } finally {
        await client.close()
      }
      const tooLarge = await RawPublisher.connect(processes.nats.port)
      const refused = tooLarge.publish(subjects.claimSubmitted, Buffer.alloc(largestOfServer + 1, 'x'))
      await expect(refused).rejects.toThrow('Maximum Payload Violation')
    },
    limit,
  )

  it(
    'copies of messages under way, of the same id and of others, do nothing twice',
    async () => {
      const good = nextClaims(short ? 22 : 110)
      await handOver(processes, good)
      const client = await BareClient.connect(processes.nats.url)
      try {
        let copied = 0
        for (const stream of ['CLAIMS', 'NOTIFICATIONS', 'CLAIMS', 'NOTIFICATIONS']) {
          const references = new Set(good.map(({ reference }) => reference))
          const stored = await accounts.messages(stream)
          const theirs = stored.filter(({ body }) => references.has(referenceIn(body)))
          await Promise.all(
            theirs.map(({ subject, body, id }) => {
              const name = chance.random() < 0.5 ? id : `copy-${++copied}`
              return client.publish(subject, body, { 'ce-id': id, 'Nats-Msg-Id': name })
            }),
          )
        }
      } finally {
        await client.close()
      }
      await expectAllRight(processes, good, patient)
    },
    limit,
  )
})

function referenceIn(body: Buffer): string {
  try {
    return (JSON.parse(body.toString()) as { reference?: string }).reference ?? ''
  } catch {
    return ''
  }
}
