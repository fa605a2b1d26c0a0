import { afterEach, describe, expect, it } from 'vitest'
import { scheduleMessageId, slotOfTime } from '#shared/contracts'
import { seededPrisons } from '#shared/database'
import { jobSubjects } from '#shared/jobs'
import { BareClient } from '../support/bare-client.js'
import { Processes } from '../support/processes.js'
import { loseStore } from '../support/restore.js'
import { until } from '../support/until.js'
import { tooLarge } from './support/aftermath.js'
import { clock, Dice, faultSettings, patience, seed, sized } from './support/fault-settings.js'

const count = sized(10_000, 5_000)
const kills = sized(20, 8)
const services = ['task-relay', 'register-importer'] as const

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

/** A line of the register, as the table has it. */
type Line = readonly [name: string, displayName: string, region: string, postcode: string]

describe(`a register of ${count} prisons (seed ${seed})`, () => {
  it(
    `is the table in the end, over ${kills} kills and the loss of the broker's store, and nobody saw half of it`,
    async () => {
      const processes = (run = await Processes.start(faultSettings, services))
      const dice = new Dice(48)
      const lines = register(dice)
      store(processes, lines)
      await look(processes)
      await killAgainAndAgain(processes, dice)
      await until(
        'the import has ended',
        async () => (await flow(processes))?.State === 'DONE',
        2 * patience,
        100,
      )
      expect(await table(processes)).toEqual(inOrder(lines))
      expect(await steps(processes)).toEqual([
        { Name: 'check', Queued: count, Done: count, Failed: 0 },
        { Name: 'report', Queued: 0, Done: 0, Failed: 0 },
      ])
      expect(await reports(processes)).toEqual(['DONE'])
      expect(await left(processes)).toBe(0)
      expect([...processes.ended(), ...tooLarge(processes)]).toEqual([])
    },
    6 * patience,
  )
})

/** Every prison there is, each with another name to be shown, and so many more. */
function register(dice: Dice): Line[] {
  const regions = ['ENG/WAL', 'SCO', 'NI'] as const
  const renamed = seededPrisons.map(([name, shown, region, postcode]): Line => [
    name,
    `HMP ${shown}`,
    region,
    postcode,
  ])
  const added = Array.from({ length: count - renamed.length }, (_, n): Line => [
    `invented-${n}`,
    `Invented ${dice.between(1, 9_999)} of ${n}`,
    dice.oneOf(regions),
    `AB${dice.between(1, 9)} ${dice.between(1, 9)}CD`,
  ])
  return [...renamed, ...added]
}

function store({ simulators }: Processes, lines: readonly Line[]): void {
  const csv = `name,display_name,region,postcode\n${lines.map((line) => line.join()).join('\n')}\n`
  simulators.s3.put('simulated-documents', 'registers/prisons.csv', Buffer.from(csv))
}

/** As the scheduler has the register looked at. */
async function look({ nats }: Processes): Promise<void> {
  const client = await BareClient.connect(nats.url)
  const subject = jobSubjects['prison-register']
  const due = clock.instant()
  const id = scheduleMessageId(subject, slotOfTime(due))
  await client.publish(subject, { due: due.toISOString() }, { 'ce-id': id, 'Nats-Msg-Id': id })
  await client.close()
}

/** At moments of its own while the prisons are taken in; half way the broker loses what it has. Nothing of it is to be seen. */
async function killAgainAndAgain(processes: Processes, dice: Dice): Promise<void> {
  const before = await table(processes)
  for (let kill = 1; kill <= kills; kill++) {
    const least = Math.max(1, Math.floor((kill * count * 0.9) / kills) - dice.between(0, 20))
    await until(`${least} are taken in`, async () => (await taken(processes)) >= least, 2 * patience, 50)
    expect(await table(processes)).toEqual(before)
    const name = dice.oneOf(services)
    await processes.kill(name)
    if (kill === Math.floor(kills / 2)) await loseStore(processes.nats)
    await processes.run(name)
  }
}

const inOrder = (lines: readonly Line[]): Line[] =>
  lines.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0))

/** What is open. */
async function table({ database }: Processes): Promise<Line[]> {
  const rows = await database.connection.db
    .selectFrom('AsyncSchema.Prison')
    .selectAll()
    .where('DateClosed', 'is', null)
    .execute()
  return inOrder(rows.map((row): Line => [row.Name, row.DisplayName, row.Region, row.Postcode]))
}

const flow = ({ database }: Processes) =>
  database.connection.db.selectFrom('AsyncSchema.Flow').selectAll().executeTakeFirst()

const steps = ({ database }: Processes) =>
  database.connection.db
    .selectFrom('AsyncSchema.FlowStep')
    .select(['Name', 'Queued', 'Done', 'Failed'])
    .orderBy('Position')
    .execute()

async function taken({ database }: Processes): Promise<number> {
  const { rows } = await database.connection.db
    .selectFrom('AsyncSchema.PrisonChange')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('IsTaken', '=', true)
    .executeTakeFirstOrThrow()
  return Number(rows)
}

async function left({ database }: Processes): Promise<number> {
  const { rows } = await database.connection.db
    .selectFrom('AsyncSchema.PrisonChange')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(rows)
}

/** What became of the messages of the last step: it comes once. */
async function reports({ database }: Processes): Promise<string[]> {
  const found = await database.connection.db
    .selectFrom('AsyncSchema.Outbox as o')
    .innerJoin('AsyncSchema.FlowStep as s', 's.StepId', 'o.FlowStepId')
    .select('o.State')
    .where('s.Name', '=', 'report')
    .execute()
  return found.map(({ State }) => State)
}
