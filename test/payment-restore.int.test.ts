import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { paymentFileName, streams, type PaymentFileType } from '#shared/contracts'
import { openDocumentStore } from '#shared/documents'
import { Log } from '#shared/logging'
import type { Manifest } from '#shared/payments'
import { PaymentStorage } from '../apps/payment-run/src/pay-claims/payment-storage.js'
import { PaymentRunSettings } from '../apps/payment-run/src/payment-run.settings.js'
import { claimIds } from './support/claim-rows.js'
import {
  amountsIn,
  firePayments,
  isBesideThem,
  paymentJobs,
  paymentRuns,
  storedFiles,
} from './support/payment-runs.js'
import { payableRows, topUpId } from './support/payment-rows.js'
import { makeTrouble, mendTrouble } from './support/payment-trouble.js'
import { merge, type Row } from './support/row-sets.js'
import { copyOfRows, insertRows, readRows, restoreRows, type Rows } from './support/rows.js'
import { retryLetters } from './support/retry-letters.js'
import { noNats, runOps } from './support/run-ops.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const [monday, tuesday] = ['2024-03-11', '2024-03-12']
const bucket = 'golden-documents'

let system: System
beforeEach(async () => {
  system = await System.start({ clock: `${monday} 00:05:00`, services: ['payment-run'] })
  await insertRows(
    system.connection,
    merge(
      payableRows(1, {
        ...{ expenses: [10, 2.5], deductions: [{ Amount: 1 }] },
        topUps: [{ TopUpAmount: 3, DateAdded: '2024-03-10 14:00:00' }],
      }),
      payableRows(2, {
        expenses: [
          { ApprovedCost: 7, Status: 'APPROVED' },
          { ApprovedCost: 4, Status: 'MANUALLY-PROCESSED' },
        ],
      }),
    ),
  )
}, 60_000)
afterEach(() => system.stop())

/** All but what operators did, which is written down of repeats too. */
async function rowsOfWork(): Promise<Rows> {
  return { ...(await copyOfRows(system.connection)), 'AsyncSchema.OperatorAction': [] }
}

const s3 = () => system.simulators.s3
const storeSettings = () => ({
  ...{ AWS_S3_BUCKET_NAME: bucket, AWS_ENDPOINT_URL_S3: s3().url, AWS_REGION: 'eu-west-2' },
  ...{ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' },
})
const ops = (line: string) =>
  runOps(line, {
    ...{ ...system.database.env, ...noNats, CLOCK_START: `${tuesday} 09:00:00` },
    ...storeSettings(),
  })
/** What lies beside the files of the runs. */
const manifests = () => [...s3().objects].filter(([name]) => isBesideThem(name))

/** Another process that shares a run, and had read its payments before they changed: it comes to its files only now. */
async function comeLate(stamp: string): Promise<boolean> {
  const [, mine] = manifests()[0] ?? []
  const payments = [
    { ...{ kind: 'claim', id: 1, claimId: 1 }, reference: 'LATE001', pence: 1, total: 1, manual: null },
  ]
  const manifest = {
    ...JSON.parse(mine?.body.toString() ?? ''),
    claims: 1,
    topUps: 0,
    totalPence: 1,
    payments,
  } as Manifest
  const file = (type: PaymentFileType) => ({
    type,
    path: paymentFileName(type, stamp),
    bytes: Buffer.from('other'),
  })
  const files = {
    ...{ bank: file('ACCESSPAY_FILE'), unit: file('APVU_ACCESSPAY_FILE') },
    journal: file('ADI_JOURNAL_FILE'),
  }
  const store = openDocumentStore(storeSettings())
  const storage = new PaymentStorage(
    store,
    system.connection,
    new PaymentRunSettings({}),
    Log.create('test', 'silent'),
  )
  return storage.keep({ files, payments: [], manifest }, new AbortController().signal)
}

/** The runs that were given up on, once more. */
async function payAfterAll(date: string): Promise<void> {
  system.clock.set(`${date} 00:05:00`)
  await retryLetters(system, 'pay-claims')
  await system.answered(streams.schedule.name, 40_000)
}
async function pay(date: string): Promise<void> {
  system.clock.set(`${date} 00:05:00`)
  await firePayments(system.nats.url, date)
  await system.answered(streams.schedule.name, 40_000)
}
const runOf = async (date: string) =>
  (await paymentRuns(system.connection)).filter(({ RunDate }) => RunDate === date)
const stampOf = async (date: string) => String((await runOf(date))[0]?.Stamp)
const claims = async () => (await readRows(system.connection))['IntSchema.Claim'] ?? []
const statuses = async () => (await claims()).map(({ PaymentStatus }) => PaymentStatus)
const files = async () => (await readRows(system.connection))['IntSchema.DirectPaymentFile'] ?? []
/** Every line that any bank was ever given, as they were stored. */
const linesPaid = () =>
  Object.entries(storedFiles(s3()))
    .filter(([name]) => name.startsWith('apvs-payments-'))
    .flatMap(([, text]) => text.trimEnd().split('\n'))

const insertThird = () => insertRows(system.connection, payableRows(3, { expenses: [9.99] }))

describe('a database restored to before a payment run', () => {
  it('pays nobody until the run has been recovered, and then only what is new', async () => {
    const copy = await copyOfRows(system.connection)
    await pay(monday)
    const stamp = await stampOf(monday)
    const paid = await readRows(system.connection)
    const stored = storedFiles(s3())
    expect(linesPaid()).toHaveLength(3)

    await restoreRows(system.connection, copy)
    await insertThird()
    await pay(tuesday)
    expect(await runOf(tuesday)).toMatchObject([
      { State: 'STOPPED', LastReason: 'payment-files-unknown', ClaimsPaid: 0, TotalPence: 0 },
    ])
    expect(
      (await paymentJobs(system.connection)).map(({ State, LastReason }) => [State, LastReason]),
    ).toEqual([['FAILED', 'payment-files-unknown']])
    expect(storedFiles(s3())).toEqual(stored)
    expect(await statuses()).toEqual([undefined, undefined, undefined])
    const { out } = await ops(`payments ${tuesday}`)
    expect(out.join('\n')).toContain('STOPPED, last reason payment-files-unknown')
    expect((await ops('payments unknown')).out.join('\n')).toContain(`apvs-payments-${stamp}.txt`)

    const before = await rowsOfWork()
    const preview = await ops(`payments recover ${stamp} --dry-run`)
    expect(preview).toMatchObject({ code: 0, err: [] })
    expect(preview.out).toContain('would be marked as paid: 2 claims, 1 top-ups')
    expect(await rowsOfWork()).toEqual(before)

    const recovered = await ops(`payments recover ${stamp}`)
    expect(recovered).toMatchObject({ code: 0, err: [] })
    expect(recovered.out).toContain(
      `payment-run.${monday} (${stamp}) has paid 2 claims and 1 top-ups, 21.50 pounds`,
    )
    expect(await runOf(monday)).toMatchObject([{ State: 'SETTLED', Stamp: stamp, TotalPence: 2150 }])
    const { 'IntSchema.Claim': nowPaid = [], 'IntSchema.TopUp': topUps } = await readRows(system.connection)
    const withoutDate = (rows: readonly Row[] = []) => rows.map(({ PaymentDate: _, ...row }) => row)
    expect(withoutDate(nowPaid.slice(0, 2))).toEqual(withoutDate(paid['IntSchema.Claim']))
    expect(withoutDate(topUps)).toEqual(withoutDate(paid['IntSchema.TopUp']))
    for (const { PaymentDate } of nowPaid.slice(0, 2)) expect(PaymentDate).toMatch(/^2024-03-11 00:05:/)
    expect((await files()).map(({ Filepath, FileType }) => [Filepath, FileType])).toEqual(
      paid['IntSchema.DirectPaymentFile']?.map(({ Filepath, FileType }) => [Filepath, FileType]),
    )

    const afterwards = await rowsOfWork()
    expect((await ops(`payments recover ${stamp}`)).out.join()).toContain('nothing to do')
    expect(await rowsOfWork()).toEqual(afterwards)

    await payAfterAll(tuesday)
    expect(await runOf(tuesday)).toMatchObject([{ State: 'SETTLED', ClaimsPaid: 1, TotalPence: 999 }])
    expect(linesPaid().sort()).toHaveLength(4)
    expect(new Set(linesPaid()).size).toBe(4)
  })

  it('recovers the run that stored its bank file, whatever another one that shared it would have paid', async () => {
    const copy = await copyOfRows(system.connection)
    await pay(monday)
    const stamp = await stampOf(monday)
    const paid = (await claims()).map(({ PaymentDate: _, ...row }) => row)
    expect(await comeLate(stamp)).toBe(false)
    await restoreRows(system.connection, copy)
    expect((await ops(`payments recover ${stamp}`)).out).toContain(
      `payment-run.${monday} (${stamp}) has paid 2 claims and 1 top-ups, 21.50 pounds`,
    )
    expect((await claims()).map(({ PaymentDate: _, ...row }) => row)).toEqual(paid)
    await pay('2024-04-15')
    expect([...s3().objects.keys()]).toEqual([])
  })

  it('joins no run of its own day, and recovers the lost one beside it', async () => {
    const copy = await copyOfRows(system.connection)
    await pay(monday)
    const stamp = await stampOf(monday)
    await restoreRows(system.connection, copy)
    await insertThird()
    system.clock.set(`${monday} 00:09:00`)
    await firePayments(system.nats.url, monday)
    await system.answered(streams.schedule.name, 40_000)
    expect(await runOf(monday)).toMatchObject([{ State: 'STOPPED', LastReason: 'payment-files-unknown' }])
    await ops(`payments recover ${stamp}`)
    await pay(tuesday)
    expect((await paymentRuns(system.connection)).map(({ RunId, State }) => [RunId, State])).toEqual([
      [`payment-run.${monday}`, 'SETTLED'],
      [`payment-run.${monday}.${stamp}`, 'SETTLED'],
      [`payment-run.${tuesday}`, 'EMPTY'],
    ])
    expect(linesPaid()).toHaveLength(4)
    expect((await ops(`payments ${monday}`)).out.filter((line) => line.includes('SETTLED, '))).toHaveLength(2)
  })

  it('says what was marked as paid otherwise, and what is not there', async () => {
    const copy = await copyOfRows(system.connection)
    await pay(monday)
    const stamp = await stampOf(monday)
    await restoreRows(system.connection, copy)
    const { ClaimId } = claimIds(1)
    await system.connection.db
      .updateTable('IntSchema.Claim')
      .set({ PaymentStatus: 'PROCESSED', PaymentDate: '2024-03-10 10:00:00' })
      .where('ClaimId', '=', ClaimId)
      .execute()
    await system.connection.db.deleteFrom('IntSchema.TopUp').execute()
    const { out } = await ops(`payments recover ${stamp} --json`)
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      marked: { claims: 1, topUps: 0 },
      notMarked: [
        { kind: 'claim', id: ClaimId, why: 'paid-already', paid: '2024-03-10 10:00:00.000' },
        { kind: 'top-up', id: topUpId(1), why: 'not-there', paid: null },
      ],
    })
  })
})

describe('a claim that comes in again only after the run that paid it was recovered', () => {
  /** Its work was under way in the copy: the run of the lost time paid it, and it is not there yet. */
  async function recoveredWithoutFirst() {
    const copy = await copyOfRows(system.connection)
    await pay(monday)
    const stamp = await stampOf(monday)
    const { ClaimId } = claimIds(1)
    const rowsWhere = (isMeant: (row: Row) => boolean): Rows =>
      Object.fromEntries(Object.entries(copy).map(([table, rows = []]) => [table, rows.filter(isMeant)]))
    await restoreRows(
      system.connection,
      rowsWhere((row) => row.ClaimId !== ClaimId),
    )
    const { out } = await ops(`payments recover ${stamp}`)
    expect(out).toContain('now marked as paid: 1 claims, 0 top-ups')
    const itsRows = rowsWhere((row) => row.ClaimId === ClaimId)
    const comesIn = async (claim: Row = {}) => {
      const changed = itsRows['IntSchema.Claim']?.map((row) => ({ ...row, ...claim }))
      await insertRows(system.connection, { ...itsRows, 'IntSchema.Claim': changed ?? [] })
    }
    /** Another claim got its number: with the rows of its own, which bear its reference as that of a claim do. */
    const anotherComesIn = (Reference: string) =>
      insertRows(
        system.connection,
        Object.fromEntries(
          Object.entries(itsRows).map(([table, rows = []]) => [
            table,
            rows.map((row) => ('Reference' in row ? { ...row, Reference } : row)),
          ]),
        ),
      )
    return { stamp, comesIn, anotherComesIn }
  }
  const leftOut = async () => {
    const payments = await system.connection.db.selectFrom('AsyncSchema.Payment').selectAll().execute()
    return payments
      .filter(({ State }) => State === 'LEFT-OUT')
      .map(({ RunId, Kind, Reason }) => [RunId, Kind, Reason])
  }

  it('is paid by no run, which says so, and marked as paid when the run is recovered once more', async () => {
    const { stamp, comesIn } = await recoveredWithoutFirst()
    await comesIn()
    await pay(tuesday)
    expect(linesPaid()).toHaveLength(3)
    expect(await leftOut()).toEqual([
      [`payment-run.${tuesday}`, 'claim', 'paid-by-a-lost-run'],
      [`payment-run.${tuesday}`, 'top-up', 'paid-by-a-lost-run'],
    ])
    expect((await ops(`payments recover ${stamp}`)).out).toContain('now marked as paid: 1 claims, 1 top-ups')
    expect((await statuses()).sort()).toEqual(['PROCESSED', 'PROCESSED'])
    expect((await ops(`payments recover ${stamp}`)).out.join()).toContain('nothing to do')
    await pay('2024-03-13')
    expect(linesPaid()).toHaveLength(3)
  })

  it('is not marked where its number is that of another claim by then, which is paid', async () => {
    const { stamp, anotherComesIn } = await recoveredWithoutFirst()
    await anotherComesIn('ANOTHER')
    const { out } = await ops(`payments recover ${stamp} --json`)
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      marked: { claims: 0, topUps: 0 },
      notMarked: [
        { kind: 'claim', why: 'number-of-another' },
        { kind: 'top-up', why: 'number-of-another' },
      ],
    })
    await pay(tuesday)
    expect(linesPaid()).toHaveLength(5)
  })

  it('is left to people where it was submitted after it had been paid', async () => {
    const { stamp, comesIn } = await recoveredWithoutFirst()
    await comesIn({ DateSubmitted: `${tuesday} 00:00:00` })
    const { out } = await ops(`payments recover ${stamp} --json`)
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      notMarked: [{ kind: 'claim', why: 'submitted-since' }],
    })
    await pay(tuesday)
    expect(linesPaid()).toHaveLength(3)
  })

  it('is paid by the next run once somebody has said that it is another visit', async () => {
    const { stamp, comesIn } = await recoveredWithoutFirst()
    await comesIn({ DateSubmitted: `${tuesday} 00:00:00` })
    const { ClaimId } = claimIds(1)
    await pay(tuesday)
    const shown = await ops(`payments ${tuesday}`)
    expect(shown.out.join('\n')).toContain('ops payments release <stamp>')
    expect((await ops(`payments release ${stamp} claim ${ClaimId} --dry-run`)).out.join()).toContain(
      'would be',
    )
    expect((await ops(`payments release ${stamp} claim ${ClaimId + 1}`)).code).not.toBe(0)
    expect((await ops(`payments release ${stamp} claim ${ClaimId}`)).out.join()).toContain('now paid')
    expect((await ops(`payments release ${stamp} claim ${ClaimId}`)).code).not.toBe(0)
    await pay('2024-03-13')
    expect(linesPaid()).toHaveLength(4)
    await pay('2024-03-14')
    expect(linesPaid()).toHaveLength(4)
  })
})

describe('a database restored to the middle of a payment run', () => {
  /** The run of Monday, cut when it has reserved and stored nothing; the copy is of then. */
  async function copyWhenReserved() {
    s3().misbehave({ kind: 'status', status: 503, when: { match: ({ method }) => method === 'PUT' } })
    await firePayments(system.nats.url, monday)
    await until('the store is found away', async () =>
      (await paymentJobs(system.connection)).some(({ LastReason }) => LastReason === 'document-store-503'),
    )
    const copy = await copyOfRows(system.connection)
    s3().behaveWell()
    await system.answered(streams.schedule.name, 40_000)
    expect(await runOf(monday)).toMatchObject([{ State: 'SETTLED' }])
    return copy
  }

  it('goes on from "reserved" with the files that are there, byte for byte', async () => {
    const copy = await copyWhenReserved()
    const [stored, paid] = [storedFiles(s3()), await claims()]
    await restoreRows(system.connection, copy)
    expect(await statuses()).toEqual([undefined, undefined])
    s3().forgetCalls()
    await pay(tuesday)
    expect(storedFiles(s3())).toEqual(stored)
    expect(await runOf(monday)).toMatchObject([{ State: 'SETTLED', TotalPence: 2150 }])
    expect((await claims()).map(({ PaymentAmount }) => PaymentAmount)).toEqual(
      paid.map(({ PaymentAmount }) => PaymentAmount),
    )
    expect(await runOf(tuesday)).toMatchObject([{ State: 'EMPTY' }])
  })

  it('stops where the stored files are others, and so does every run after it, until it is recovered', async () => {
    const copy = await copyWhenReserved()
    const [stamp, stored] = [await stampOf(monday), storedFiles(s3())]
    await restoreRows(system.connection, copy)
    await insertThird()
    // As it was in the copy: corrected since, and paid to the other account.
    await system.connection.db
      .updateTable('AsyncSchema.Payment')
      .set({ AccountNumber: '87654321' })
      .where('ItemId', '=', claimIds(1).ClaimId)
      .execute()
    await pay(tuesday)
    expect(storedFiles(s3())).toEqual(stored)
    expect(await runOf(monday)).toMatchObject([{ State: 'STOPPED', LastReason: 'payment-file-differs' }])
    expect(await runOf(tuesday)).toMatchObject([{ State: 'STOPPED', LastReason: 'another-run-in-doubt' }])
    expect(await statuses()).toEqual([undefined, undefined, undefined])
    expect(await ops(`payments recover ${stamp}`)).toMatchObject({ code: 0, err: [] })
    const payments = await system.connection.db.selectFrom('AsyncSchema.Payment').selectAll().execute()
    expect(payments.map(({ State }) => State)).toEqual(['SETTLED', 'SETTLED', 'SETTLED'])
    expect(payments.filter(({ AccountNumber }) => AccountNumber !== null)).toEqual([])
    await payAfterAll(tuesday)
    expect(await runOf(tuesday)).toMatchObject([{ State: 'SETTLED', ClaimsPaid: 1, TotalPence: 999 }])
    expect(new Set(linesPaid()).size).toBe(4)
    expect(linesPaid()).toHaveLength(4)
  })

  it('stops in the middle of reserving where nothing of what it has paid is to be paid any more', async () => {
    await system.connection.db
      .updateTable('IntSchema.Claim')
      .set({ Status: 'PENDING', DateApproved: null })
      .execute()
    await system.connection.db.deleteFrom('IntSchema.TopUp').execute()
    const stamp = '20240311000501'
    await insertRows(system.connection, {
      'AsyncSchema.PaymentRun': [
        {
          ...{ RunId: `payment-run.${monday}`, RunDate: monday, Stamp: stamp, State: 'RESERVING' },
          ...{ Stage: 0, LastKey: 0, ClaimsPaid: 0, TopUpsPaid: 0, TotalPence: 0, LeftOut: 0 },
          DateStarted: `${monday} 00:05:01`,
        },
      ],
    })
    s3().put(bucket, `apvs-payments-${stamp}.txt`, '110001,10000001,Payee Number 1    ,00000010.00,\n')
    await pay(monday)
    expect(await runOf(monday)).toMatchObject([{ State: 'STOPPED', LastReason: 'payment-file-differs' }])
  })

  it('goes on from "files written" and marks what they pay', async () => {
    await makeTrouble(system.connection, 'settling claims')
    await firePayments(system.nats.url, monday)
    await until('the files are written', async () => (await runOf(monday))[0]?.State === 'FILES-WRITTEN')
    await until('the settlement fails', async () =>
      (await paymentJobs(system.connection)).some(({ LastReason }) => LastReason !== undefined),
    )
    const copy = await copyOfRows(system.connection)
    await mendTrouble(system.connection, 'settling claims')
    await system.answered(streams.schedule.name, 40_000)
    const stored = storedFiles(s3())
    await restoreRows(system.connection, copy)
    await pay(tuesday)
    expect(storedFiles(s3())).toEqual(stored)
    expect((await paymentRuns(system.connection)).map(({ State }) => State)).toEqual(['SETTLED', 'EMPTY'])
    expect(await statuses()).toEqual(['PROCESSED', 'PROCESSED'])
  })
})

describe('payment files in the store', () => {
  it('are all looked at, a listing of many pages too, and one that fails is no empty one', async () => {
    s3().pageSize = 2
    const known = Array.from({ length: 5 }, (_, k) => `apvs-payments-2024030${k + 1}000501.txt`)
    for (const name of known) s3().put(bucket, name, 'x')
    // As the former worker left them: rows, no runs; one of them cleaned up.
    await insertRows(system.connection, {
      'IntSchema.DirectPaymentFile': known.map((Filepath, k) => ({
        ...{ PaymentFileId: k + 1, FileType: 'ACCESSPAY_FILE', Filepath, DateCreated: `${monday} 00:00:00` },
        IsEnabled: k > 0,
      })),
    })
    const orphan = 'apvs-payments-20240309000501.txt'
    s3().put(bucket, orphan, 'x')
    s3().misbehave({ kind: 'status', status: 403, when: { times: 3 } })
    await firePayments(system.nats.url, monday)
    await until('the listing fails', async () =>
      (await paymentJobs(system.connection)).some(({ LastReason }) => LastReason === 'document-store-403'),
    )
    await system.answered(streams.schedule.name, 40_000)
    expect(await runOf(monday)).toMatchObject([{ State: 'STOPPED', LastReason: 'payment-files-unknown' }])
    const log = system.logLines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(log.filter(({ msg }) => msg === 'payment files unknown')).toMatchObject([
      { stamp: '20240309000501' },
    ])

    expect((await ops(`payments acknowledge ${orphan} --dry-run`)).out).toEqual([
      `would be known, and pays nobody: ${orphan}`,
    ])
    expect(await files()).toHaveLength(5)
    expect((await ops(`payments acknowledge ${orphan}`)).code).toBe(0)
    expect((await files()).at(-1)).toMatchObject({ Filepath: orphan, IsEnabled: false })
    expect((await ops('payments unknown')).out).toEqual([
      'the database knows every payment file in the store',
    ])
    expect((await ops(`payments acknowledge ${orphan}`)).code).toBe(1)
    await payAfterAll(monday)
    expect(await runOf(monday)).toMatchObject([{ State: 'SETTLED', TotalPence: 2150 }])
    s3().pageSize = 1_000
  })

  it('are told by a manifest without bank data, which the clean-up deletes with the bank file', async () => {
    await pay(monday)
    const stamp = await stampOf(monday)
    const [[name, { body }] = ['', { body: '' }], ...others] = manifests()
    expect(others).toEqual([])
    expect(name).toMatch(new RegExp(`^${bucket}/payment-runs/${stamp}\\.[0-9a-f]{64}\\.json$`))
    const manifest = body.toString()
    expect(JSON.parse(manifest)).toMatchObject({
      ...{ version: 1, stamp, claims: 2, topUps: 1, totalPence: 2150 },
      payments: [
        { kind: 'claim', id: claimIds(1).ClaimId, pence: 1150, total: 1150, manual: null },
        { kind: 'claim', id: claimIds(2).ClaimId, pence: 700, total: 1100, manual: 400 },
        { kind: 'top-up', id: topUpId(1), pence: 300, total: null },
      ],
    })
    for (const secret of ['110001', '10000001', 'Payee']) expect(manifest).not.toContain(secret)
    expect(amountsIn(storedFiles(s3())[`apvs-payments-${stamp}.txt`] ?? '')).toEqual([1150, 700, 300])
    await pay('2024-04-15')
    expect([...s3().objects.keys()]).toEqual([])
  })

  it('of a run whose manifest is missing, or not of its bank file, are not recovered', async () => {
    await pay(monday)
    const stamp = await stampOf(monday)
    const bank = s3().objects.get(`${bucket}/apvs-payments-${stamp}.txt`)?.body.toString() ?? ''
    s3().put(bucket, `apvs-payments-${stamp}.txt`, bank.replace('11.50', '11.51'))
    const refused = async () => (await ops(`payments recover ${stamp}`)).err.join()
    expect(await refused()).toContain('do not say the same')
    // As releases before the digests named it.
    s3().put(bucket, `payment-runs/${stamp}.json`, manifests()[0]?.[1].body ?? '')
    expect(await refused()).toContain('do not say the same')
    s3().put(bucket, `payment-runs/${stamp}.json`, '{}')
    expect(await refused()).toContain('cannot be understood')
    for (const [name] of manifests())
      await openDocumentStore(storeSettings()).delete(name.slice(bucket.length + 1))
    expect(await refused()).toContain('is not in the store')
    expect(await ops('payments recover 20990101000000')).toMatchObject({ code: 1 })
    expect(await ops('payments recover 2099')).toMatchObject({ code: 2 })
  })
})
