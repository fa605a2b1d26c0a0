import { afterEach, describe, expect, it } from 'vitest'
import { insertTasks, tasks } from '../../libs/client/src/index.js'
import { atNotify, personalisationFor, TemplateFile, templates24 } from '../support/notification-templates.js'
import { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { expectNone, notInOrder, settled, twice } from './support/aftermath.js'
import { clock, clockStart, Dice, faultSettings, patience, seed, sized } from './support/fault-settings.js'
import { startAgain } from './support/fault-run.js'
import { failAThird } from './support/upstream-trouble.js'

const count = sized(1_000, 150)
const kills = sized(12, 4)

let run: Processes | undefined
let file: TemplateFile | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  file?.remove()
  run = undefined
}, 60_000)

const keys = Object.keys(templates24)

/** What the row of number `n` asks for. */
function requestOf(n: number) {
  const template = keys[n % keys.length] ?? ''
  const entry = templates24[template]
  if (!entry) throw new Error('there is no such template')
  const to = entry.channel === 'sms' ? `+447700${String(900_000 + n)}` : `person-${n}@example.org`
  return { entry, request: { template, to, personalisation: personalisationFor(entry, n) as never } }
}

describe(`notifications of ${keys.length} templates (seed ${seed})`, () => {
  it(
    `${count} rows, ${kills} kills, a third of Notify’s answers wrong, late or lost: one each, as it was given`,
    async () => {
      clock.set(`${clockStart}.000`)
      file = new TemplateFile(templates24)
      const dice = new Dice(19)
      const env = { ...faultSettings, NOTIFICATION_TEMPLATES: file.path }
      const processes = (run = await Processes.start(env, ['task-relay', 'notifier'], {
        random: dice.fraction,
      }))
      const { notify } = processes.simulators
      notify.setTemplates(atNotify(templates24))
      failAThird(notify, dice)
      await handOver(processes)
      for (let kill = 1; kill <= kills; kill++) {
        const goal = (kill * 0.8 * count) / kills
        await until(`${goal} are taken`, () => notify.calls.length >= goal, patience, 20)
        const name = dice.oneOf(['notifier', 'notifier', 'task-relay'])
        await processes.kill(name)
        await startAgain(processes, name)
      }
      await until('nine tenths are taken', () => notify.calls.length >= 0.9 * count, patience, 50)
      notify.behaveWell()
      await settled(processes)
      expectNone([...(await notInOrder(processes)), ...(await notAsGiven(processes))])
    },
    4 * patience,
  )
})

async function handOver({ database: { connection } }: Processes): Promise<void> {
  const made = Array.from({ length: count }, (_, n) => tasks.notification(requestOf(n).request)).flat()
  await connection.db
    .transaction()
    .execute((trx) => insertTasks(made, (_, row) => trx.insertInto('IntSchema.Task').values(row).execute()))
}

/** Each once, to whom it was for, with what was given: compared as the JSON that Notify got. */
async function notAsGiven({
  simulators: { notify },
  database: { connection },
}: Processes): Promise<string[]> {
  const lines = (of: readonly object[]) => of.map((each) => JSON.stringify(each)).sort()
  const taken = lines(
    notify.calls.map(
      ({ template_id: id, email_address: address, phone_number: number, personalisation }) => ({
        ...{ id, to: number ?? address, personalisation },
      }),
    ),
  )
  const given = lines(
    Array.from({ length: count }, (_, n) => {
      const { entry, request } = requestOf(n)
      return { id: entry.id, to: request.to, personalisation: request.personalisation }
    }),
  )
  const known = await connection.db
    .selectFrom('AsyncSchema.Notification')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  process.stdout.write(`${taken.length} taken in ${notify.requests} requests\n`)
  return [
    ...twice(notify.calls.map(({ reference }) => reference ?? '')).map((id) => `more than one for ${id}`),
    ...taken.filter((line, place) => line !== given[place]).map((line) => `not as given: ${line}`),
    ...(taken.length === count ? [] : [`${taken.length} of ${count} taken`]),
    ...(Number(known.count) === count ? [] : [`of ${known.count} of ${count} it is known what became`]),
  ]
}
