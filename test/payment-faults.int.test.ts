import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cuts, given, progress } from './support/cases/payment-cuts.js'
import {
  firePayments,
  leftBy,
  paymentJobs,
  paymentRuns,
  storedFiles,
  amountsIn,
} from './support/payment-runs.js'
import { makeTrouble, mendTrouble } from './support/payment-trouble.js'
import { Processes } from './support/processes.js'
import type { Row } from './support/row-sets.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const date = '2024-03-13'
const clock = `${date} 00:05:00`
/** A service that is started again has another second of its own. */
const laterClock = { CLOCK_START: `${date} 00:08:00` }

let undisturbed: Awaited<ReturnType<typeof leftBy>>
beforeAll(async () => {
  const system = await System.start({ clock, services: ['payment-run'] })
  try {
    await insertRows(system.connection, given)
    await system.fire('payment-run', date, 60_000)
    undisturbed = await leftBy({ connection: system.connection, s3: system.simulators.s3 }, clock, given)
  } finally {
    await system.stop()
  }
}, 120_000)

let processes: Processes | undefined
afterEach(async () => {
  expect(await processes?.stop()).toEqual([])
  processes = undefined
}, 60_000)

async function start(): Promise<Processes> {
  processes = await Processes.start({ CLOCK_START: clock, NATS_ACK_WAIT_MS: '1000' }, ['payment-run'])
  await insertRows(processes.database.connection, given)
  return processes
}

const isDone = async ({ database: { connection } }: Processes) => {
  const [runs, jobs] = [await paymentRuns(connection), await paymentJobs(connection)]
  return jobs.length === runs.length && jobs.every(({ State }) => State === 'DONE')
}

/** The built service, killed without a word, and started again. */
describe('a payment run that is killed', () => {
  it.each(cuts)(
    '%s leaves the bytes and rows of an undisturbed one',
    async (_, { hold, trouble, reached, left }) => {
      const running = await start()
      const { connection } = running.database
      hold?.(running)
      if (trouble) await makeTrouble(connection, ...trouble)
      await firePayments(running.nats.url, date)
      await until('the run is there', () => reached(running), 20_000, 1)
      await running.kill('payment-run')
      expect(await progress(running)).toMatchObject(left)
      running.simulators.s3.behaveWell()
      if (trouble) await mendTrouble(connection, trouble[0])
      await running.run('payment-run', laterClock)
      await until('the run has ended', () => isDone(running), 60_000)
      expect(await leftBy({ connection, s3: running.simulators.s3 }, clock, given)).toEqual(undisturbed)
    },
    120_000,
  )
})

/** Every payment of the runs, as a line of a bank file, in any order. */
const linesOf = (files: Readonly<Record<string, string>>): string[] =>
  Object.entries(files)
    .filter(([name]) => name.startsWith('apvs-payments-'))
    .flatMap(([, text]) => text.trimEnd().split('\n'))
    .sort()

describe('two replicas at once, one of which is killed', () => {
  it.each([
    ['one day', [date, date]],
    ['two days', ['2024-03-12', date]],
  ])(
    'pay everyone once, by events of %s',
    async (_, days) => {
      const running = await start()
      await running.run('payment-run', laterClock, 'second')
      const { connection } = running.database
      await firePayments(running.nats.url, ...days)
      await until('payments are reserved', async () => {
        const [runs, [payment]] = await Promise.all([
          paymentRuns(connection),
          connection.db.selectFrom('AsyncSchema.Payment').select('ItemId').execute(),
        ])
        return runs.length === new Set(days).size && payment !== undefined
      })
      await running.kill('payment-run')
      expect((await paymentRuns(connection)).some(({ State }) => State !== 'SETTLED')).toBe(true)
      await until('the runs have ended', () => isDone(running), 60_000)
      await running.run('payment-run')

      const files = storedFiles(running.simulators.s3)
      expect(linesOf(files)).toEqual(linesOf(undisturbed.files))
      const runs = await paymentRuns(connection)
      const paying = runs.filter(({ TotalPence }) => Number(TotalPence) > 0)
      for (const { Stamp, TotalPence } of paying)
        expect(sum(amountsIn(files[`apvs-payments-${String(Stamp)}.txt`] ?? ''))).toBe(TotalPence)
      expect(Object.keys(files).length).toBe(3 * paying.length)
      const tables = await readRows(connection)
      expect(tables['IntSchema.DirectPaymentFile']?.map(({ Filepath }) => Filepath).sort()).toEqual(
        Object.keys(files).sort(),
      )
      const { payments: found, tables: foundTables } = await leftBy(
        { connection, s3: running.simulators.s3 },
        clock,
        given,
      )
      const paid = (rows: readonly Row[]) =>
        rows.filter(({ State }) => State === 'SETTLED').map(({ RunId: _run, ...row }) => row)
      expect(paid(found)).toEqual(paid(undisturbed.payments))
      for (const table of ['IntSchema.Claim', 'IntSchema.TopUp'])
        expect(foundTables[table]).toEqual(undisturbed.tables[table])
    },
    120_000,
  )
})

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0)
