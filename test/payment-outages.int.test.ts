import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays } from '#shared/clock'
import { streams } from '#shared/contracts'
import type { Misbehaviour } from '../testing/simulators/index.js'
import { claimIds } from './support/claim-rows.js'
import { onServer } from './support/on-server.js'
import { firePayments, paymentJobs, paymentRuns, storedFiles } from './support/payment-runs.js'
import { payableRows, topUpId } from './support/payment-rows.js'
import { makeTrouble, mendTrouble, type Trouble } from './support/payment-trouble.js'
import { merge, type Row } from './support/row-sets.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

/** Requests the store's client makes before it gives up. */
const tries = 3

/** A day of its own for each case, with two claims and a top-up of its own. */
let cases = 0
let day: string
let n: number

let system: System
beforeAll(async () => {
  system = await System.start({
    clock: '2024-03-11 00:05:00',
    ...{ services: ['payment-run'], env: { S3_TIMEOUT_MS: '1500' } },
  })
}, 60_000)
afterAll(() => system.stop())

async function begin(prepare: () => unknown): Promise<void> {
  day = addDays('2024-03-11', cases)
  n = 1 + cases++ * 10
  system.clock.set(`${day} 00:05:00`)
  const given = [payableRows(n, { topUps: [{ TopUpAmount: 0.29 }] }), payableRows(n + 1, { expenses: [1.1] })]
  await insertRows(system.connection, merge(...given))
  await prepare()
  await firePayments(system.nats.url, day)
}

const run = async () => (await paymentRuns(system.connection)).find(({ RunDate }) => RunDate === day)
const job = async () => (await paymentJobs(system.connection)).find(({ RunDate }) => RunDate === day)
const failedBecause = (reason: string) =>
  until(`the run fails: ${reason}`, async () => (await job())?.LastReason === reason)

async function ownRows() {
  const tables = await readRows(system.connection)
  const isOwn = ({ ClaimId }: Row) => [n, n + 1].some((each) => claimIds(each).ClaimId === ClaimId)
  return {
    claims: tables['IntSchema.Claim']?.filter(isOwn),
    topUps: tables['IntSchema.TopUp']?.filter(isOwn),
    files: tables['IntSchema.DirectPaymentFile']?.filter(({ DateCreated }) =>
      String(DateCreated).startsWith(day),
    ),
  }
}

async function expectNothingSettled(State: string): Promise<void> {
  const { claims, topUps } = await ownRows()
  expect((await run())?.State).toBe(State)
  expect(claims?.map(({ PaymentStatus }) => PaymentStatus)).toEqual([undefined, undefined])
  expect(topUps).toMatchObject([{ PaymentStatus: 'PENDING' }])
}

/** The run gets to its end without any more ado, and has paid everyone once. */
async function expectPaidOnce(): Promise<void> {
  await until('the job is done', async () => (await job())?.State === 'DONE', 30_000)
  const { State, Stamp, TotalPence } = (await run()) ?? {}
  expect([State, TotalPence]).toEqual(['SETTLED', 1_139])
  const files = storedFiles(system.simulators.s3)
  const line = (each: number, amount: string) =>
    `${110_000 + each},${10_000_000 + each},${`Payee Number ${each}`.padEnd(17)} ,000000${amount},\n`
  expect(files[`apvs-payments-${String(Stamp)}.txt`]).toBe(
    line(n, '10.00') + line(n + 1, '01.10') + line(n, '00.29'),
  )
  const { claims, topUps, files: filesInTheTable } = await ownRows()
  const names = Object.keys(files).filter((name) => name.includes(`-${day.replaceAll('-', '')}`))
  expect(names.sort()).toEqual(filesInTheTable?.map(({ Filepath }) => Filepath).sort())
  expect(names.length).toBe(3)
  const paid = { PaymentStatus: 'PROCESSED', PaymentDate: expect.stringContaining(day) }
  expect(claims).toMatchObject([
    { ...paid, PaymentAmount: 10, TotalAmount: 10 },
    { ...paid, PaymentAmount: 1.1, TotalAmount: 1.1 },
  ])
  expect(topUps).toMatchObject([paid])
  const payments = (await readRows(system.connection, ['AsyncSchema.Payment']))['AsyncSchema.Payment'] ?? []
  const items = payments.map(({ Kind, ItemId }) => `${String(Kind)} ${String(ItemId)}`)
  expect([items.length, new Set(items).size]).toEqual([cases * 3, cases * 3])
}

describe('two payment runs of one day, both in the middle of storing the files', () => {
  it('store the same files, and one of them records and settles them', async () => {
    const { s3 } = system.simulators
    await system.startService('payment-run', 'second')
    const match = ({ key }: { key: string }) => key.startsWith('apvs-payments-')
    await begin(async () => {
      s3.misbehave({ kind: 'slow', ms: 1_000, when: { times: 2, match } })
      await firePayments(system.nats.url, day)
    })
    await expectPaidOnce()
    await system.answered(streams.schedule.name)
    await expectPaidOnce()
    const puts = s3.calls.filter(
      ({ key, method }) => method === 'PUT' && key.includes(`-${day.replaceAll('-', '')}`),
    )
    expect(puts.length).toBe(6)
    await system.stopService('second')
  })
})

describe('a payment run while the document store', () => {
  const files = ['apvs-payments-', 'apvu-', 'apvs-adi-']
  const faults: [string, Misbehaviour, string][] = [
    ['fails', { kind: 'status', status: 500 }, 'document-store-500'],
    ['is not there', { kind: 'refuse' }, 'document-store-unreachable'],
    ['stores and is too slow to say so', { kind: 'slow', ms: 20_000 }, 'document-store-timeout'],
    ['stores and loses its answer', { kind: 'answer-lost' }, 'document-store-unreachable'],
  ]
  it.each(faults)('%s ends by itself when that is over', async (_, fault, reason) => {
    const { s3 } = system.simulators
    const file = files[cases % files.length] ?? ''
    const match = ({ key }: { key: string }) => key.startsWith(file)
    await begin(() => s3.misbehave({ ...fault, when: { times: tries, match } }))
    await failedBecause(reason)
    await expectNothingSettled('RESERVED')
    await expectPaidOnce()
  })
})

describe('a payment run while the database', () => {
  it.each<[Trouble, string]>([
    ['settling claims', 'FILES-WRITTEN'],
    ['settling top-ups', 'FILES-WRITTEN'],
  ])('fails at %s ends by itself when it no longer does', async (what, state) => {
    const { connection } = system
    const above = what === 'settling claims' ? claimIds(1 + cases * 10).ClaimId : topUpId(1 + cases * 10) - 1
    await begin(() => makeTrouble(connection, what, above))
    await until('the run fails', async () => (await job())?.LastReason !== undefined)
    if (what === 'settling claims') await expectNothingSettled(state)
    else expect((await ownRows()).topUps).toMatchObject([{ PaymentStatus: 'PENDING' }])
    expect((await run())?.State).toBe(state)
    await mendTrouble(connection, what)
    await expectPaidOnce()
  })

  const onSqlite = it.skipIf(onServer)
  onSqlite('is locked by somebody else ends by itself when it no longer is', async () => {
    const { s3 } = system.simulators
    let unlock = (): void => undefined
    const untilUnlocked = new Promise<void>((resolve) => (unlock = resolve))
    let locked: Promise<void> | undefined
    const stop = s3.onCall(({ key }) => {
      // The files are there, and the database does not take that they are.
      if (key.startsWith('apvs-adi-'))
        locked ??= system.connection.db.transaction().execute(() => untilUnlocked)
    })
    const lines = system.logLines.length
    await begin(() => undefined)
    const isBusy = () => system.logLines.slice(lines).some((line) => line.includes('SQLITE_BUSY'))
    await until('the service has given up waiting', isBusy, 30_000)
    stop()
    unlock()
    await locked
    await expectNothingSettled('RESERVED')
    await expectPaidOnce()
  })
})
