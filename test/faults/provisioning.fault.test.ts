import { afterEach, describe, expect, it } from 'vitest'
import { insertTasks, tasks } from '../../libs/client/src/index.js'
import type { SubjectStateOf } from '#shared/contracts'
import { Targets } from '#shared/provisioning'
import { accessTo, aUser } from '../support/provisioned.js'
import { Processes } from '../support/processes.js'
import { until } from '../support/until.js'
import { expectNone, notInOrder, settled } from './support/aftermath.js'
import { clock, clockStart, Dice, faultSettings, patience, seed, sized } from './support/fault-settings.js'
import { startAgain } from './support/fault-run.js'

const users = sized(400, 50)
const changes = sized(6, 4)
const kills = sized(12, 4)
const targets = ['default', 'collect', 's2s'] as const

let run: Processes | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  run = undefined
}, 60_000)

describe(`provisioning of ${users} users at ${targets.length} systems (seed ${seed})`, () => {
  it(
    `${users * changes} changes, ${kills} kills, a third of the answers wrong, late or lost: each system has what was said last`,
    async () => {
      clock.set(`${clockStart}.000`)
      const dice = new Dice(23)
      const env = { ...faultSettings, PROVISIONER_TIMEOUT_MS: '2000' }
      const processes = (run = await Processes.start(env, ['task-relay', 'provisioner'], {
        random: dice.fraction,
      }))
      const { legacy } = processes.simulators
      await setUp(processes)
      for (const kind of ['answer-lost', 'reset', 'garbage', 'refuse'] as const)
        legacy.misbehave({ kind, when: { rate: 0.07 } })
      legacy.misbehave({ kind: 'status', status: 503, when: { rate: 0.05 } })
      const last = new Map<number, SubjectStateOf<'user'> | 'absent'>()
      for (let change = 0; change < changes; change++) {
        await say(processes, last, change, dice)
        const goal = legacy.calls.length + users / 2
        await until('some are told', () => legacy.calls.length >= goal, patience, 20)
        if (change < kills) await killOne(processes, dice)
      }
      for (let kill = changes; kill < kills; kill++) await killOne(processes, dice)
      legacy.behaveWell()
      await settled(processes)
      await confirmed(processes)
      process.stdout.write(`${legacy.calls.length} calls in ${legacy.requests} requests\n`)
      expectNone([...(await notInOrder(processes)), ...asItShouldNotBe(processes, last)])
    },
    4 * patience,
  )
})

async function killOne(processes: Processes, dice: Dice): Promise<void> {
  const name = dice.oneOf(['provisioner', 'provisioner', 'task-relay'])
  await processes.kill(name)
  await startAgain(processes, name)
}

async function setUp({ database: { connection }, simulators: { legacy } }: Processes): Promise<void> {
  const { dialect } = connection
  for (const format of targets)
    await connection.transaction((db) =>
      new Targets(connection).add({ db, dialect, now: clock.now() }, format, {
        ...{ wsdl: legacy.wsdl(format), format, kinds: ['user'], credentials: null, addressed: true },
      }),
    )
}

/** All users as they are now: some at another organisation, some with other roles, some gone, some there again. */
async function say(
  { database: { connection } }: Processes,
  last: Map<number, SubjectStateOf<'user'> | 'absent'>,
  change: number,
  dice: Dice,
): Promise<void> {
  const made = Array.from({ length: users }, (_, user) => {
    const access = targets
      .filter(() => dice.fraction() < 0.7)
      .map((target) => accessTo(target, dice.oneOf([7, 8]), dice.oneOf([1, 2, 3])))
    const isGone = dice.fraction() < 0.15
    const state = isGone ? 'absent' : aUser(user, access, { email: `${user}.${change}@example.com` })
    last.set(user, state)
    return tasks.subjectChanged({ kind: 'user', id: `u${user}`, state })
  })
  await connection.db
    .transaction()
    .execute((trx) => insertTasks(made, (_, row) => trx.insertInto('IntSchema.Task').values(row).execute()))
}

const confirmed = ({ database: { connection } }: Processes): Promise<void> =>
  until(
    'each has confirmed all that it is to know',
    async () => {
      const open = await connection.db
        .selectFrom('AsyncSchema.ProvisioningEntry')
        .select('EntryId')
        .where((row) => row('ConfirmedVersion', '<>', row.ref('WantedVersion')))
        .execute()
      return open.length === 0
    },
    patience,
    50,
  )

/** Who has what, as each system has it, against what was said last. */
function asItShouldNotBe(
  { simulators: { legacy } }: Processes,
  last: ReadonlyMap<number, SubjectStateOf<'user'> | 'absent'>,
): string[] {
  return targets.flatMap((target) => {
    const wanted = new Map<string, string>()
    for (const [user, state] of last) {
      const access = state === 'absent' ? [] : state.access.filter((each) => each.target === target)
      for (const { organisation } of access)
        wanted.set(`user ${user}@${organisation.id}`, state === 'absent' ? '' : (state.email ?? ''))
    }
    return legacy
      .records(target)
      .flatMap(({ key, fields, created }) => {
        const email = wanted.get(key)
        const isActive = ['Active', '1'].includes(fields.wsAccountStatusCode ?? '')
        wanted.delete(key)
        return [
          ...(created === 1 ? [] : [`${target}: ${key} was made ${created} times`]),
          ...(isActive === (email !== undefined)
            ? []
            : [`${target}: ${key} is ${fields.wsAccountStatusCode}`]),
          ...(email === undefined || fields.emailAddress === email
            ? []
            : [`${target}: ${key} is not as said last`]),
        ]
      })
      .concat([...wanted.keys()].map((key) => `${target}: ${key} is not there`))
  })
}
