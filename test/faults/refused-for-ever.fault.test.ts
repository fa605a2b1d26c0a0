import { afterEach, describe, expect, it } from '@jest/globals'
import type { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { expectNothingLostOrTwice, settled } from './support/aftermath.js'
import { DaysWork } from './support/days-work.js'
import { Dice, patience, seed, sized } from './support/fault-settings.js'
import { claimServices, startRun, undisturbed } from './support/fault-run.js'

const claims = sized(440, 110)
/** One in so many is somebody whose emails or whose check no attempt can bring through. */
const oneIn = sized(20, 12)
const work = new DaysWork({ claims, helpRequests: sized(40, 12) })

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
      // The first ones are among them: nothing has got through before.
      const bad = work.claims.filter((_, i) => i < 4 || dice.between(1, oneIn) === 1)
      const addresses = new Set(bad.map(({ expectedAddress }) => expectedAddress))
      const people = new Set(bad.filter((_, i) => i % 2).map(({ expectedCheckOf }) => expectedCheckOf))
      const status = { kind: 'status', status: 500 } as const
      notify.misbehave({ ...status, when: { match: (call) => addresses.has(call.email_address) } })
      benefitChecker.misbehave({ ...status, when: { match: ({ nino }) => people.has(nino) } })
      helpdesk.misbehave({ ...status, when: { match: ({ ticket }) => badTicket(ticket) } })
      await day(processes)
      const good = work.claims.filter((claim) => !bad.includes(claim))
      await until('every good claim is done', () => areDone(processes, good), patience, 100)
      // Nobody else gets through any more: what did before is what tells that it is their own fault.
      await until('the others use up attempts', () => attemptsAreUsed(processes, bad.length), patience, 100)
      for (const upstream of [notify, benefitChecker, helpdesk]) upstream.behaveWell()
      await settled(processes)
      await expectNothingLostOrTwice(processes, expected)
    },
    3 * patience,
  )
})

/** Of as many messages as there are bad claims, so many that it is no failure before the upstream was found out. */
async function attemptsAreUsed({ database: { connection } }: Processes, bad: number): Promise<boolean> {
  const rows = await connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select('OutboxId')
    .where('DateEnded', 'is', null)
    .where('Attempts', '>=', 3)
    .execute()
  return rows.length >= bad
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
