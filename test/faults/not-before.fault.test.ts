import { afterEach, describe, expect, it } from 'vitest'
import { insertTask, tasks } from '../../libs/client/src/index.js'
import { messages, streams, taskOfId } from '#shared/contracts'
import type { NewRow } from '#shared/database'
import { BareClient } from '../support/bare-client.js'
import { claimIds } from '../support/claim-rows.js'
import { payableRows } from '../support/payment-rows.js'
import { Processes } from '../support/processes.js'
import { insertRows } from '../support/rows.js'
import { until } from '../support/until.js'
import { expectNone, notInOrder, settled, twice } from './support/aftermath.js'
import { faultSettings, patience, seed, sized } from './support/fault-settings.js'
import { WrongClocks } from './support/wrong-clocks.js'

const minuteMs = 60_000
const count = sized(10_000, 200)
/** From the first that is due to the last. */
const spreadMs = sized(minuteMs, 20_000)
/** Until the first is due: by then all have been taken up. */
const leadMs = sized(40_000, 20_000)
/** What a relay had in hand as it was killed is found by the other one, as anything that went quiet is. */
const restartMs = 30_000
/** All the others, ninety-nine in a hundred at the least. */
const lateMost = 2_000

// By the machine's clock, as the broker goes.
const env = Object.fromEntries(Object.entries(faultSettings).filter(([name]) => name !== 'CLOCK_START'))

let run: Processes | undefined
let clocks: WrongClocks | undefined
afterEach(async () => {
  expect(await run?.stop()).toEqual([])
  clocks?.remove()
  run = undefined
}, 60_000)

describe(`tasks that wait for their moment (seed ${seed})`, () => {
  it(
    `${count} of them, two relays with clocks that are wrong, killed in between`,
    async () => {
      const processes = (run = await Processes.start(env, ['daily-tasks']))
      await insertRows(processes.database.archive, payableRows(1, {}))
      const wrong = (clocks = new WrongClocks())
      const relays = ['early', 'late'] as const
      for (const relay of relays) await processes.run('task-relay', wrong.envOf(relay), relay)
      wrong.set('early', processes.pidOf('early'), 5 * minuteMs)
      wrong.set('late', processes.pidOf('late'), -5 * minuteMs)
      const moments = await handOver(processes)
      const done = () => ended(processes)
      for (const [part, relay] of relays.entries()) {
        await until(`a part is done`, async () => (await done()) > ((part + 1) * count) / 3, patience, 200)
        await processes.kill(relay)
        await processes.run('task-relay', wrong.envOf(relay), relay)
        wrong.set(relay, processes.pidOf(relay), relay === 'early' ? 5 * minuteMs : -5 * minuteMs)
      }
      await settled(processes)
      expectNone([...(await notInOrder(processes)), ...(await outOfTime(processes, moments))])
    },
    4 * patience,
  )
})

/** Hands tasks over in one go. @returns when each is due, by its number */
async function handOver({ database: { connection } }: Processes): Promise<Map<number, Date>> {
  const first = Date.now() + leadMs
  const moments = new Map<number, Date>()
  // It is in the archive already: each is done, and no limit of an upstream holds them up.
  const task = tasks.archiveClaim({ claimId: claimIds(1).ClaimId })
  await connection.db.transaction().execute(async (transaction) => {
    for (let i = 0; i < count; i++) {
      const notBefore = new Date(first + Math.floor((i * spreadMs) / count))
      const insert = (table: typeof task.table, row: object) =>
        transaction
          .insertInto(table)
          .values(row as NewRow<typeof table>)
          .execute()
      await insertTask(task, insert, { notBefore })
      moments.set(i + 1, notBefore)
    }
  })
  return moments
}

const ended = async ({ database: { connection } }: Processes): Promise<number> => {
  const { done } = await connection.db
    .selectFrom('AsyncSchema.Outbox')
    .select((row) => row.fn.countAll<number>().as('done'))
    .where('DateEnded', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(done)
}

/** By when the broker stored them. */
async function outOfTime({ nats }: Processes, moments: ReadonlyMap<number, Date>): Promise<string[]> {
  const client = await BareClient.connect(nats.url)
  try {
    const all = await client.read(streams.claims.name)
    const published = all
      .filter(({ subject }) => subject === messages.claimArchiveDue.subject)
      .map(({ headers, stored }) => ({ id: taskOfId(headers['ce-id'] ?? '')?.taskId ?? 0, stored }))
    const lateMs = published
      .map(({ id, stored }) => stored.getTime() - (moments.get(id)?.getTime() ?? Infinity))
      .sort((one, other) => one - other)
    const [least = -Infinity, most = Infinity] = [lateMs[0], lateMs.at(-1)]
    const [half = Infinity, nearlyAll = Infinity] = [0.5, 0.99].map(
      (part) => lateMs[Math.floor(part * count)],
    )
    process.stdout.write(`late by ${half} ms (p50), ${nearlyAll} ms (p99), ${most} ms (most)\n`)
    return [
      ...(least >= 0 ? [] : [`published ${-least} ms before its moment`]),
      ...(nearlyAll <= lateMost ? [] : [`one in a hundred published ${nearlyAll} ms after its moment`]),
      ...(most < restartMs ? [] : [`published ${most} ms after its moment`]),
      ...(published.length === count ? [] : [`${published.length} of ${count} published`]),
      ...twice(published.map(({ id }) => String(id))).map((id) => `published twice: ${id}`),
    ]
  } finally {
    await client.close()
  }
}
