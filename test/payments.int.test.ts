import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { paymentFilePrefixes, scheduleMessageId, streams, subjects } from '#shared/contracts'
import { nextRun } from '#shared/payments'
import { DueClaims } from '../apps/payment-run/src/pay-claims/due-claims.repository.js'
import { DueTopUps } from '../apps/payment-run/src/pay-claims/due-top-ups.repository.js'
import { PaymentRuns } from '../apps/payment-run/src/pay-claims/payment-runs.repository.js'
import { PaymentSteps } from '../apps/payment-run/src/pay-claims/payment-steps.js'
import { Reservations } from '../apps/payment-run/src/pay-claims/reservations.js'
import { BareClient } from './support/bare-client.js'
import {
  bankLines,
  countryTotals,
  leftOutItems,
  paidItems,
  paymentCases,
} from './support/cases/payments.cases.js'
import { inFull } from './support/claim-cases.js'
import { claimIds } from './support/claim-rows.js'
import { actualTables, type Example } from './support/examples.js'
import { onServer } from './support/on-server.js'
import { accountOf, payableRows, topUpId } from './support/payment-rows.js'
import { retryLetters } from './support/retry-letters.js'
import { edit, merge, set, type Row } from './support/row-sets.js'
import { insertRows, readRows, type Rows } from './support/rows.js'
import { cellsOf } from './support/run-example.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const date = '2024-03-13'
const clock = `${date} 00:05:00`
const bucket = 'golden-documents'

let system: System
beforeEach(async () => {
  system = await System.start({ clock, services: ['payment-run'] })
}, 60_000)
afterEach(() => system.stop())

const own = ['AsyncSchema.PaymentRun', 'AsyncSchema.Payment', 'AsyncSchema.JobRun'] as const
const table = async (name: (typeof own)[number]): Promise<Row[]> =>
  (await readRows(system.connection, own))[name] ?? []
const runsNow = () => table('AsyncSchema.PaymentRun')
const stampOf = async (day = date) => String((await runsNow()).find(({ RunDate }) => RunDate === day)?.Stamp)

const foundTables = async (given: Rows) =>
  actualTables({ clock: system.clock.now(), given } as unknown as Example, await readRows(system.connection))

const stored = (name: string) => system.simulators.s3.objects.get(`${bucket}/${name}`)

/** The event as the scheduler's, but for what would let the stream see that it has it already. */
async function deliver(...days: string[]): Promise<void> {
  const client = await BareClient.connect(system.nats.url)
  const id = (day: string) => scheduleMessageId(subjects.schedulePaymentRun, day)
  await Promise.all(
    days.map((day) => client.publish(subjects.schedulePaymentRun, { date: day }, { 'ce-id': id(day) })),
  )
  await client.close()
}
const answered = () => system.answered(streams.schedule.name, 40_000)

/** A row of `AsyncSchema.Payment` as it is at the end. */
function item([kind, n, k, Amount, Reason]: readonly [string, number, number, number, string?]): Row {
  const { ClaimId, Reference } = claimIds(n)
  return {
    ...{ RunId: `payment-run.${date}`, Kind: kind, ItemId: kind === 'claim' ? ClaimId : topUpId(n, k) },
    ...{ ClaimId, Reference, Amount },
    ...(Reason ? { State: 'LEFT-OUT', Reason } : { State: 'SETTLED' }),
  }
}
const withoutId = ({ PaymentId: _, ...row }: Row): Row => row
const byItem = (a: Row, b: Row) =>
  String(a.Kind).localeCompare(String(b.Kind)) || Number(a.ItemId) - Number(b.ItemId)

describe('a payment run over every kind of claim', () => {
  const given = merge(...paymentCases.map((each, i) => payableRows(i + 1, each)))
  const expected = paymentCases.map(({ claimThen = {}, topUpsThen = [] }, i) => {
    const rows = payableRows(i + 1, paymentCases[i] ?? {})
    return edit(rows, {
      'IntSchema.Claim': set(claimThen),
      'IntSchema.TopUp': (topUps) => topUps.map((topUp, k) => ({ ...topUp, ...topUpsThen[k] })),
    })
  })
  const files = [
    ['ACCESSPAY_FILE', 'apvs-payments-@stamp.txt'],
    ['APVU_ACCESSPAY_FILE', 'apvu-apvs-payments-@stamp.txt'],
    ['ADI_JOURNAL_FILE', 'apvs-adi-journal-@stamp.xlsm'],
  ].map(([FileType, Filepath]) => ({
    ...{ PaymentFileId: '@id', FileType, Filepath, DateCreated: '@now', IsEnabled: true },
  }))

  it('pays each of them once, and leaves the same however often it is delivered', async () => {
    await insertRows(system.connection, given)
    const foreseen = await nextRun(system.connection)
    await system.fire('payment-run')

    const afterwards = inFull(merge(...expected, { 'IntSchema.DirectPaymentFile': files }))
    expect(await foundTables(given)).toEqual(afterwards)
    const stamp = await stampOf()
    expect(stamp).toMatch(/^202403130005\d\d$/)
    const lines = bankLines.map(([line]) => `${line}\n`).join('')
    const unitLines = bankLines.map((line) => `${line.join(',')}\n`).join('')
    expect(stored(`apvs-payments-${stamp}.txt`)?.body.toString()).toBe(lines)
    expect(stored(`apvu-apvs-payments-${stamp}.txt`)?.body.toString()).toBe(unitLines + countryTotals)
    expect(await cellsOf(stored(`apvs-adi-journal-${stamp}.xlsm`)?.body ?? Buffer.of())).toEqual({
      ...{ K20: 1_000_083.94, J19: 1_000_083.94, E12: '13-Mar-2024', E13: null },
      ...{ E14: '578/APVU/130324/EB', E15: '578/APVU/130324/EB' },
    })
    expect([...system.simulators.s3.objects.values()].map(({ encryption }) => encryption)).toEqual(
      Array(4).fill('AES256'),
    )

    const payments = (await table('AsyncSchema.Payment')).map(withoutId).sort(byItem)
    expect(payments).toEqual([...paidItems, ...leftOutItems].map(item).sort(byItem))
    const now = expect.stringMatching(/^2024-03-13 00:0/)
    const run = {
      ...{
        RunId: `payment-run.${date}`,
        RunDate: date,
        Stamp: stamp,
        State: 'SETTLED',
        Stage: 2,
        LastKey: 0,
      },
      ...{ ClaimsPaid: 7, TopUpsPaid: 3, TotalPence: 100_008_394, LeftOut: 10 },
      ...{ DateStarted: now, DateReserved: now, DateFilesWritten: now, DateSettled: now },
    }
    expect(await runsNow()).toEqual([run])
    // What an operator is shown beforehand is what the run then does.
    expect(foreseen).toMatchObject({ claims: 7, topUps: 3, pence: 100_008_394, leftOut: 10 })
    const reasons = leftOutItems.map(([kind, , , , reason]) => `${kind} ${reason}`)
    expect(foreseen.firstLeftOut.map(({ kind, reason }) => `${kind} ${reason}`).sort()).toEqual(
      reasons.sort(),
    )
    const job = { Consumer: 'pay-claims', MessageId: `${subjects.schedulePaymentRun}.${date}`, RunDate: date }
    expect(await table('AsyncSchema.JobRun')).toContainEqual({
      ...{ ...job, Stage: 0, LastKey: 0, RowsChanged: 10, State: 'DONE' },
      ...{ DateStarted: now, DateLastHeard: now, DateEnded: now },
    })
    expectLog()

    const requests = system.simulators.s3.requests
    await deliver(date, date, date, date, date)
    await answered()
    expect(await foundTables(given)).toEqual(afterwards)
    expect(await runsNow()).toEqual([run])
    expect(system.simulators.s3.requests).toBe(requests)
  })

  /** Who was left out, and nobody's bank data. */
  function expectLog(): void {
    const log = system.logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const complaints = log.filter(({ level }) => Number(level) >= 40)
    expect(complaints.map(({ time: _, msg: __, ...line }) => line)).toEqual(
      leftOutItems.map(([kind, n, k, , reason]) => {
        const { ClaimId: claimId, Reference: reference } = claimIds(n)
        const topUp = kind === 'top-up' ? { topUpId: topUpId(n, k) } : {}
        const run = `payment-run.${date}`
        return { level: 40, service: 'payment-run', run, claimId, ...topUp, reference, reason }
      }),
    )
    const secrets = paymentCases.flatMap((_, i) => Object.values(accountOf(i + 1)))
    expect(secrets.filter((secret) => system.logLines.some((line) => line.includes(secret)))).toEqual([])
  }

  it('pays nothing of it again the next day, and says again what is left out', async () => {
    await insertRows(system.connection, given)
    await system.fire('payment-run')
    const before = await foundTables(given)
    system.clock.set('2024-03-14 00:05:00')
    await system.fire('payment-run')
    expect(await foundTables(given)).toEqual(withEarlierTimes(before))
    const [, next] = await runsNow()
    expect(next).toMatchObject({ RunDate: '2024-03-14', State: 'EMPTY', LeftOut: 10, TotalPence: 0 })
    const again = (await table('AsyncSchema.Payment')).filter(
      ({ RunId }) => RunId === 'payment-run.2024-03-14',
    )
    expect(again.map(({ State }) => State)).toEqual(Array(10).fill('LEFT-OUT'))
  })
})

/** The day after, "now" of the day before is a time of its own. */
const withEarlierTimes = (tables: Record<string, Row[]>) =>
  Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [
      name,
      rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            value === '@now' ? expect.stringMatching(/^2024-03-13 00:05/) : value,
          ]),
        ),
      ),
    ]),
  )

describe('a payment run with nothing to pay', () => {
  it('makes no files, and stores the totals', async () => {
    const given = payableRows(1, { expenses: [5], deductions: [{ Amount: 6 }] })
    await insertRows(system.connection, given)
    await system.fire('payment-run')
    const expected = edit(given, { 'IntSchema.Claim': set({ TotalAmount: -1 }) })
    expect(await foundTables(given)).toEqual(inFull(expected))
    expect(await runsNow()).toMatchObject([{ State: 'EMPTY', ClaimsPaid: 0, LeftOut: 0, TotalPence: 0 }])
    // It looks for files that the database does not know, and stores nothing.
    expect(system.simulators.s3.requests).toBe(paymentFilePrefixes.length)
    expect(system.simulators.s3.objects.size).toBe(0)
  })

  it('is not begun before its day', async () => {
    await insertRows(system.connection, payableRows(1, {}))
    // Within two days it would wait for its day.
    await system.fire('payment-run', '2024-03-16')
    expect(await foundTables(payableRows(1, {}))).toEqual(inFull(payableRows(1, {})))
    expect(await runsNow()).toEqual([])
  })
})

// SQL Server's columns hold what their types say.
const onFiles = it.skipIf(onServer)

onFiles('leaves out a figure that is no number, says so, and pays everybody else', async () => {
  const noNumber = 'six' as unknown as number
  await insertRows(
    system.connection,
    merge(
      payableRows(1, {}),
      payableRows(2, { expenses: [{ ApprovedCost: noNumber }] }),
      payableRows(3, { deductions: [{ Amount: noNumber }] }),
      payableRows(4, { expenses: [2], topUps: [{ TopUpAmount: noNumber }] }),
    ),
  )
  await system.fire('payment-run')
  const payments = await table('AsyncSchema.Payment')
  expect(payments.map(({ Kind, Amount, Reason }) => [Kind, Amount, Reason]).sort()).toEqual([
    ['claim', 0, 'amount-unreadable'],
    ['claim', 0, 'amount-unreadable'],
    ['claim', 1000, undefined],
    ['claim', 200, undefined],
    ['top-up', 0, 'amount-unreadable'],
  ])
  expect(await runsNow()).toMatchObject([{ State: 'SETTLED', ClaimsPaid: 2, LeftOut: 3, TotalPence: 1_200 }])
})

describe('two payment runs at once', () => {
  const count = 350
  const pounds = (n: number) => n / 100
  const claims = Array.from({ length: count }, (_, i) =>
    payableRows(i + 1, { expenses: [pounds(i + 1)], topUps: [{ TopUpAmount: 0.01 }] }),
  )
  const given = merge(...claims)

  it.each([
    ['for one day', [date, date, date]],
    ['for three days', ['2024-03-11', '2024-03-12', date]],
  ])('%s put every payment in one of them', async (_, days) => {
    for (const replica of ['second', 'third']) await system.startService('payment-run', replica)
    await insertRows(system.connection, given)
    await deliver(...days)
    await answered()
    const payments = await table('AsyncSchema.Payment')
    const items = payments.map(({ Kind, ItemId }) => `${String(Kind)} ${String(ItemId)}`)
    expect([items.length, new Set(items).size]).toEqual([count * 2, count * 2])
    expect(new Set(payments.map(({ State }) => State))).toEqual(new Set(['SETTLED']))
    const runs = await runsNow()
    expect(
      runs.map(({ State }) => State).filter((state) => state !== 'EMPTY' && state !== 'SETTLED'),
    ).toEqual([])
    expect(new Set(runs.map(({ Stamp }) => Stamp)).size).toBe(runs.length)
    const total = (count * (count + 1)) / 2 + count
    expect(runs.reduce((sum, { TotalPence }) => sum + Number(TotalPence), 0)).toBe(total)
    const objects = [...system.simulators.s3.objects]
    const lines = objects
      .filter(([name]) => name.startsWith(`${bucket}/apvs-payments`))
      .flatMap(([, { body }]) => body.toString().trimEnd().split('\n'))
    expect(new Set(lines).size).toBe(count * 2 - 1)
    expect(lines.length).toBe(count * 2)
    expect(await foundTables(given)).toMatchObject(
      inFull(
        edit(given, {
          'IntSchema.Claim': (rows) =>
            rows.map((row, i) => ({
              ...{ ...row, TotalAmount: pounds(i + 1), PaymentAmount: pounds(i + 1) },
              ...{ PaymentStatus: 'PROCESSED', PaymentDate: '@now' },
            })),
          'IntSchema.TopUp': set({ PaymentStatus: 'PROCESSED', PaymentDate: '@now' }),
        }),
      ),
    )
  })
})

describe('a run that has read what another one then took', () => {
  it('leaves it to the other, before it is settled and after', async () => {
    await insertRows(system.connection, payableRows(1, { topUps: [{ TopUpAmount: 1 }] }))
    const { app } = system.services.get('payment-run') ?? {}
    if (!app) throw new Error('the service is not there')
    const [runs, reservations] = [app.get(PaymentRuns), app.get(Reservations)]
    const read = [await app.get(DueClaims).read(0), await app.get(DueTopUps).read(0)] as const
    const [first, second] = [await runs.begin('2024-03-12'), await runs.begin(date)]
    const late = async (Stage: 0 | 1) => {
      vi.spyOn(app.get(DueClaims), 'read').mockResolvedValueOnce([...read[0]])
      vi.spyOn(app.get(DueTopUps), 'read').mockResolvedValueOnce([...read[1]])
      await system.connection.db
        .updateTable('AsyncSchema.PaymentRun')
        .set({ Stage })
        .where('RunId', '=', second)
        .execute()
      await reservations.reserveNext(await runs.get(second)).finally(() => vi.restoreAllMocks())
    }
    while ((await runs.get(first)).State === 'RESERVING')
      await reservations.reserveNext(await runs.get(first))
    for (const stage of [0, 1] as const) await late(stage)
    await app.get(PaymentSteps).finish(first, new AbortController().signal)
    await expect(late(0)).rejects.toThrow('claims-changed')
    await expect(late(1)).rejects.toThrow('top-ups-changed')
    expect((await table('AsyncSchema.Payment')).map(({ RunId }) => RunId)).toEqual([first, first])
    expect(await runs.get(second)).toMatchObject({ LastKey: 0, TotalPence: 0 })
  })
})

const isPut = ({ method }: { method: string }) => method === 'PUT'

describe('a payment run that is held up', () => {
  const given = merge(payableRows(1, {}), payableRows(2, { expenses: [2.5] }))
  const paid = edit(given, {
    'IntSchema.Claim': (rows) =>
      rows.map((row, i) => ({
        ...{ ...row, TotalAmount: i ? 2.5 : 10, PaymentAmount: i ? 2.5 : 10 },
        ...{ PaymentStatus: 'PROCESSED', PaymentDate: '@now' },
      })),
  })
  const setAmount = (amount: number) =>
    system.connection.db
      .updateTable('AsyncSchema.Payment')
      .set({ Amount: amount })
      .where('ItemId', '=', claimIds(1).ClaimId)
      .execute()
  const jobReason = async () =>
    (await table('AsyncSchema.JobRun')).find(({ Consumer }) => Consumer === 'pay-claims')?.LastReason

  it('settles nothing while its sums disagree, and goes on by itself otherwise', async () => {
    await insertRows(system.connection, given)
    system.simulators.s3.misbehave({ kind: 'status', status: 503, when: { match: isPut } })
    await deliver(date)
    await until('the store was found away', async () => (await jobReason()) === 'document-store-503')
    const [reserved] = await runsNow()
    expect(reserved).toMatchObject({ State: 'RESERVED', TotalPence: 1250 })
    expect((await readRows(system.connection))['IntSchema.DirectPaymentFile']).toBeUndefined()
    await setAmount(999)
    await until('the run is stopped', async () => (await runsNow())[0]?.State === 'STOPPED', 30_000)
    await answered()
    expect(await jobReason()).toBe('run-total')
    expect(await runsNow()).toMatchObject([{ State: 'STOPPED', LastReason: 'run-total' }])
    const { 'IntSchema.Claim': unpaid } = await readRows(system.connection)
    expect(unpaid?.map(({ PaymentStatus }) => PaymentStatus)).toEqual([undefined, undefined])
    expect(system.simulators.s3.objects.size).toBe(0)

    system.simulators.s3.reset()
    await setAmount(1000)
    await retryLetters(system, 'pay-claims')
    await until('the run is settled', async () => (await runsNow())[0]?.State === 'SETTLED', 30_000)
    await answered()
    expect(await foundTables(given)).toMatchObject(inFull(paid))
    expect(stored(`apvs-payments-${String(reserved?.Stamp)}.txt`)?.body.toString()).toBe(
      '110001,10000001,Payee Number 1    ,00000010.00,\n110002,10000002,Payee Number 2    ,00000002.50,\n',
    )
  }, 90_000)

  it('is finished by the next one, under its own name', async () => {
    const run = { RunId: 'payment-run.2024-03-12', RunDate: '2024-03-12', Stamp: '20240312000503' }
    await insertRows(system.connection, {
      ...given,
      'AsyncSchema.PaymentRun': [
        {
          ...{ ...run, State: 'RESERVED', Stage: 2, LastKey: 0, DateStarted: '2024-03-12 00:05:03' },
          ...{ ClaimsPaid: 1, TopUpsPaid: 0, TotalPence: 1000, LeftOut: 0 },
        },
      ],
      'AsyncSchema.Payment': [
        {
          ...{ ...item(['claim', 1, 0, 1000]), ...accountOf(1), PaymentId: 1 },
          ...{ RunId: run.RunId, Country: 'England', State: 'RESERVED' },
        },
      ],
    })
    await system.fire('payment-run')
    const line = (n: number, amount: string) => `11000${n},1000000${n},Payee Number ${n}    ,${amount},\n`
    expect(stored('apvs-payments-20240312000503.txt')?.body.toString()).toBe(line(1, '00000010.00'))
    expect(stored(`apvs-payments-${await stampOf()}.txt`)?.body.toString()).toBe(line(2, '00000002.50'))
    expect((await runsNow()).map(({ State, TotalPence }) => [State, TotalPence])).toEqual([
      ['SETTLED', 1000],
      ['SETTLED', 250],
    ])
  })
})
