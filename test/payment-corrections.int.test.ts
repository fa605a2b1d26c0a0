import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addDays } from '#shared/clock'
import { streams } from '#shared/contracts'
import type { S3Call } from '../testing/simulators/s3.simulator.js'
import { claimIds } from './support/claim-rows.js'
import { firePayments, paymentJobs, paymentRuns, storedFiles } from './support/payment-runs.js'
import { payableRows, topUpId } from './support/payment-rows.js'
import { merge, type Row } from './support/row-sets.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

/** A day and three claimants of its own for each case. */
let cases = 0
let day: string
let n: number
let system: System
beforeAll(async () => {
  system = await System.start({ clock: '2024-03-11 00:05:00', services: ['payment-run'] })
}, 60_000)
afterAll(() => system.stop())

const ofKind =
  (start: string) =>
  ({ key, method }: S3Call) =>
    method === 'PUT' && key.startsWith(start)

/** A run that has reserved two claims and a top-up, and cannot store a kind of file. */
async function holdUp(start: string): Promise<void> {
  const { s3 } = system.simulators
  s3.misbehave({ kind: 'status', status: 503, when: { match: ofKind(start) } })
  await firePayments(system.nats.url, day)
  await until('the run is held up', async () => (await job())?.LastReason === 'document-store-503')
}

async function goOn(): Promise<void> {
  system.simulators.s3.behaveWell()
  await until('the job has ended', async () => (await job())?.State === 'DONE', 40_000)
  await system.answered(streams.schedule.name)
}

beforeEach(async () => {
  day = addDays('2024-03-11', cases)
  n = 1 + cases++ * 10
  system.clock.set(`${day} 00:05:00`)
  // What the case before has left unpaid is none of this one.
  await system.connection.db.updateTable('IntSchema.Claim').set({ PaymentMethod: 'payout' }).execute()
  const topUps = [{ TopUpAmount: 3 }]
  await insertRows(
    system.connection,
    merge(payableRows(n, { topUps }), payableRows(n + 1, { expenses: [5] })),
  )
})

const run = async () => (await paymentRuns(system.connection)).find(({ RunDate }) => RunDate === day)
const job = async () => (await paymentJobs(system.connection)).find(({ RunDate }) => RunDate === day)
const bankFile = async () =>
  storedFiles(system.simulators.s3)[`apvs-payments-${String((await run())?.Stamp)}.txt`]
const line = (each: number, amount: string, account = 10_000_000 + each) =>
  `${110_000 + each},${account},${`Payee Number ${each}`.padEnd(17)} ,000000${amount},\n`
const change = (table: 'Claim' | 'ClaimBankDetail' | 'ClaimExpense', columns: Row, of = n) =>
  system.connection.db
    .updateTable(`IntSchema.${table}`)
    .set(columns)
    .where('ClaimId', '=', claimIds(of).ClaimId)
    .execute()
const claim = async (of = n) =>
  (await readRows(system.connection))['IntSchema.Claim']?.find(
    ({ ClaimId }) => ClaimId === claimIds(of).ClaimId,
  )
const leftOut = async () => {
  const rows = await system.connection.db
    .selectFrom('AsyncSchema.Payment')
    .select(['Kind', 'Reason', 'AccountNumber'])
    .where('RunId', '=', `payment-run.${day}`)
    .where('State', '=', 'LEFT-OUT')
    .execute()
  return rows.map(({ Kind, Reason, AccountNumber }) => [Kind, Reason, AccountNumber])
}

describe('what is corrected while no file of a run is stored', () => {
  it('is paid as it is then: account, amount, and what is to be deducted', async () => {
    await holdUp('apvs-payments-')
    expect((await run())?.State).toBe('RESERVED')
    await change('ClaimBankDetail', { AccountNumber: '87654321' })
    await change('ClaimExpense', { ApprovedCost: 6.5 }, n + 1)
    await insertRows(system.connection, {
      'IntSchema.ClaimDeduction':
        payableRows(n + 1, { deductions: [{ Amount: 1.01 }] })['IntSchema.ClaimDeduction'] ?? [],
    })
    await goOn()
    expect(await bankFile()).toBe(
      line(n, '10.00', 87_654_321) + line(n + 1, '05.49') + line(n, '03.00', 87_654_321),
    )
    expect(await run()).toMatchObject({ State: 'SETTLED', ClaimsPaid: 2, TopUpsPaid: 1, TotalPence: 1_849 })
    expect(await claim(n + 1)).toMatchObject({
      PaymentAmount: 5.49,
      TotalAmount: 5.49,
      PaymentStatus: 'PROCESSED',
    })
  })

  it.each<[string, () => Promise<unknown>, readonly unknown[]]>([
    [
      'is not approved any more',
      () => change('Claim', { Status: 'REQUEST-INFO-PAYMENT', DateApproved: null }),
      [['claim', 'no-longer-due', null]],
    ],
    [
      'is not to be paid to a bank any more',
      () => change('Claim', { PaymentMethod: 'payout' }),
      [
        ['claim', 'no-longer-due', null],
        ['top-up', 'no-longer-due', null],
      ],
    ],
    [
      'has a malformed account now',
      () => change('ClaimBankDetail', { AccountNumber: '1234' }),
      [
        ['claim', 'account-number-malformed', null],
        ['top-up', 'account-number-malformed', null],
      ],
    ],
    [
      'comes to nothing',
      () => change('ClaimExpense', { ApprovedCost: 0 }),
      [['claim', 'no-longer-due', null]],
    ],
    [
      'was paid in another way',
      () => change('Claim', { PaymentStatus: 'PROCESSED', PaymentAmount: 10 }),
      [['claim', 'no-longer-due', null]],
    ],
  ])('is released where a claim %s', async (_, correct, expected) => {
    await holdUp('apvs-payments-')
    await correct()
    await goOn()
    expect(await leftOut()).toEqual(expected)
    const isTopUpPaid = expected.length === 1
    expect(await bankFile()).toBe(line(n + 1, '05.00') + (isTopUpPaid ? line(n, '03.00') : ''))
    expect(await run()).toMatchObject({
      State: 'SETTLED',
      ClaimsPaid: 1,
      TotalPence: isTopUpPaid ? 800 : 500,
    })
  })

  it('is released where a top-up was cancelled, and a run may come to nothing', async () => {
    await holdUp('apvs-payments-')
    await system.connection.db.deleteFrom('IntSchema.TopUp').where('TopUpId', '=', topUpId(n)).execute()
    await change('Claim', { Status: 'REJECTED', DateApproved: null })
    await change('Claim', { Status: 'REJECTED', DateApproved: null }, n + 1)
    await goOn()
    expect(await run()).toMatchObject({
      State: 'EMPTY',
      ClaimsPaid: 0,
      TopUpsPaid: 0,
      TotalPence: 0,
      LeftOut: 3,
    })
    expect(await bankFile()).toBeUndefined()
    // What is due once more is paid by the next run.
    await change('Claim', { Status: 'APPROVED' })
    day = addDays(day, 1)
    cases++
    system.clock.set(`${day} 00:05:00`)
    await firePayments(system.nats.url, day)
    await goOn()
    expect(await bankFile()).toBe(line(n, '10.00'))
  })
})

it('nothing changes any more once the bank file is stored', async () => {
  await holdUp('apvu-')
  const stored = await bankFile()
  await change('ClaimBankDetail', { AccountNumber: '87654321' })
  await change('Claim', { Status: 'REJECTED', DateApproved: null }, n + 1)
  await goOn()
  expect(await bankFile()).toBe(stored)
  expect(await run()).toMatchObject({ State: 'SETTLED', ClaimsPaid: 2, TopUpsPaid: 1, TotalPence: 1_800 })
  expect(await claim(n + 1)).toMatchObject({ PaymentAmount: 5, PaymentStatus: 'PROCESSED' })
})
