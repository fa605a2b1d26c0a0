import { afterEach, describe, expect, it } from 'vitest'
import type { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { expectNothingLostOrTwice, settled } from './support/aftermath.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import { claimServices, startRun, undisturbed } from './support/fault-run.js'

const claims = sized(440, 110)
/** One in so many is somebody whose emails or whose check no attempt can bring through. */
const oneIn = sized(20, 12)
/** Bad ones that come first: before anybody has got through. */
const early = 4
/** Good ones that come when only bad ones are left. */
const late = 12
/** What these may take, in milliseconds: seconds, where no gate is shut. */
const promptly = 30_000
const work = new DaysWork({ claims: claims + late, helpRequests: sized(40, 12) })

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

describe(`messages that an upstream refuses for ever among good ones (seed ${seed})`, () => {
  it(
    'the good ones go through, the others use up attempts, and both end right once they are taken',
    async () => {
      const day = async (all: Processes) => {
        await work.askForHelp(all)
        await work.submit(all)
      }
      const expected = await undisturbed(work, day, { services: claimServices })
      const dice = new Dice(8)
      const processes = (run = await startRun(work, claimServices, 8))
      const { notify, benefitChecker, helpdesk } = processes.simulators
      const [others, lateOnes] = [work.claims.slice(0, claims), work.claims.slice(claims)]
      const bad = others.filter((_, i) => i < early || dice.between(1, oneIn) === 1)
      const addresses = new Set(bad.map(({ expectedAddress }) => expectedAddress))
      const people = new Set(bad.filter((_, i) => i % 2).map(({ expectedCheckOf }) => expectedCheckOf))
      const status = { kind: 'status', status: 500 } as const
      notify.misbehave({ ...status, when: { match: (call) => addresses.has(call.email_address) } })
      benefitChecker.misbehave({ ...status, when: { match: ({ nino }) => people.has(nino) } })
      helpdesk.misbehave({ ...status, when: { match: ({ ticket }) => badTicket(ticket) } })
      await work.submit(processes, 0, early)
      const triedInVain = () => notify.requests >= 5 * early
      await until('the first have been tried again and again', triedInVain, patience, 50)
      await work.askForHelp(processes)
      await work.submit(processes, early, claims)
      const good = others.filter((claim) => !bad.includes(claim))
      await until('every good claim is done', () => areDone(processes, good), patience, 100)
      // Nobody else gets through any more: what did before is what tells that it is their own fault.
      const used = await attemptsOfOpen(processes)
      expect(used.size).toBeGreaterThanOrEqual(bad.length)
      await until(
        'each of the others uses up another attempt',
        () => useAnother(processes, used),
        patience,
        100,
      )
      await work.submit(processes, claims)
      await until('who comes late is not held up', () => areDone(processes, lateOnes), promptly, 50)
      for (const upstream of [notify, benefitChecker, helpdesk]) upstream.behaveWell()
      // What has used up many attempts waits long for the next.
      await settled(processes, 3 * patience)
      await expectNothingLostOrTwice(processes, expected)
    },
    8 * patience,
  )
})

/** The messages that are owed, with the attempts each has used up. */
async function attemptsOfOpen({ database: { connection } }: Processes): Promise<Map<string, number>> {
  const rows = await connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select(['MessageId', 'Attempts'])
    .where('DateEnded', 'is', null)
    .execute()
  return new Map(rows.map(({ MessageId, Attempts }) => [MessageId, Attempts]))
}

/** Where they waited for their upstream no attempt would be used up any more. */
async function useAnother(run: Processes, before: ReadonlyMap<string, number>): Promise<boolean> {
  const now = await attemptsOfOpen(run)
  return [...before].every(([id, attempts]) => (now.get(id) ?? 0) >= attempts + 1)
}

const badTicket = (ticket: unknown): boolean => /Page [27] stays empty/.test(JSON.stringify(ticket))

async function areDone(
  { database: { connection } }: Processes,
  claims: readonly { readonly reference: string }[],
): Promise<boolean> {
  const references = new Set(claims.map(({ reference }) => reference))
  const open: (string | null)[] = []
  for (const schema of ['ExtSchema', 'IntSchema'] as const) {
    const rows = await connection.db
      .selectFrom(`${schema}.Task`)
      .select('Reference')
      .where('Status', 'in', ['PENDING', 'IN-PROGRESS'])
      .execute()
    open.push(...rows.map(({ Reference }) => Reference))
  }
  return !open.some((reference) => reference !== null && references.has(reference))
}
