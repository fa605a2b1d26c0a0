import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addDays } from '#shared/clock'
import { scheduleMessageId, streams, subjects } from '#shared/contracts'
import type { DatabaseConnection } from '#shared/database'
import { BareClient } from './support/bare-client.js'
import { insertRows, readRows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const consumer = 'clean-up-payment-files'
const bucket = 'golden-documents'
const messageId = (date: string) => scheduleMessageId(subjects.schedulePaymentRun, date)

type FileRow = Readonly<Record<string, unknown>> & { readonly PaymentFileId: number }

const pathOf = (id: number) => `apvs-payments-file-${id}.txt`
const file = (PaymentFileId: number, DateCreated: string, columns: object = {}): FileRow => ({
  ...{ PaymentFileId, DateCreated, FileType: 'ACCESSPAY_FILE', Filepath: pathOf(PaymentFileId) },
  IsEnabled: true,
  ...columns,
})
const disabled = (row: FileRow): FileRow => ({ ...row, IsEnabled: false })
/** Milliseconds of nought are not read. */
const asRead = (row: FileRow) => ({ ...row, DateCreated: String(row.DateCreated).replace(/\.000$/, '') })
const idsOf = (rows: readonly FileRow[]) => rows.map(({ PaymentFileId }) => PaymentFileId)

let system: System
let client: BareClient
/** Every row there is by now, as it should be. */
const rows = new Map<number, FileRow>()

beforeAll(async () => {
  system = await System.start({ clock: '2024-03-13 00:05:00', services: ['payment-run'] })
  client = await BareClient.connect(system.nats.url)
}, 120_000)

afterAll(async () => {
  await client.close()
  await system.stop()
})

afterEach(() => {
  s3().behaveWell()
  s3().forgetCalls()
})

const s3 = () => system.simulators.s3
const deleted = () => s3().calls.map(({ method, key }) => `${method} ${key}`)
const deletionsOf = (files: readonly FileRow[]) => idsOf(files).map((id) => `DELETE ${pathOf(id)}`)
const expectAllRows = async () =>
  expect(await readRows(system.connection)).toEqual({
    'IntSchema.DirectPaymentFile': [...rows.values()].map(asRead),
  })

/** Rows and their files, as earlier runs have left them. */
async function leave(...files: readonly FileRow[]): Promise<void> {
  for (const row of files) {
    s3().put(bucket, pathOf(row.PaymentFileId), 'x')
    rows.set(row.PaymentFileId, row)
  }
  await insertRows(system.connection, { 'IntSchema.DirectPaymentFile': files })
}

/** These are to be disabled by now. */
const expectDisabled = (...files: readonly FileRow[]) =>
  files.forEach((row) => rows.set(row.PaymentFileId, disabled(row)))

/** Runs the job of a day as begun at five past midnight and half a second, however long the tests take. */
async function cleanUp(date: string, of = system): Promise<void> {
  const started = `${date} 00:05:00.500`
  of.clock.set(started)
  await begin(of.connection, date, started)
  await of.fire('payment-run', date, 60_000)
}

async function begin({ db }: DatabaseConnection, date: string, started: string): Promise<void> {
  await db
    .insertInto('AsyncSchema.JobRun')
    .values({
      ...{ Consumer: consumer, MessageId: messageId(date), RunDate: date, State: 'RUNNING' },
      ...{ Stage: 0, LastKey: 0, RowsChanged: 0, DateStarted: started, DateLastHeard: started },
    })
    .execute()
}

const runOf = (date: string) =>
  system.connection.db
    .selectFrom('AsyncSchema.JobRun')
    .select(['State', 'RowsChanged', 'LastReason'])
    .where('MessageId', '=', messageId(date))
    .where('Consumer', '=', consumer)
    .execute()

describe.each([
  { about: 'in winter', date: '2024-03-13', first: 100 },
  { about: 'in summer', date: '2024-07-12', first: 200 },
  { about: 'across the day the clocks went back', date: '2024-11-06', first: 300 },
])('payment files $about', ({ date, first }) => {
  it('go when they are more than 28 days old at the start of the run, and not a second before', async () => {
    const day = addDays(date, -28)
    const old = [
      file(first + 1, `${addDays(day, -1)} 23:59:59`),
      file(first + 2, `${day} 00:00:00`),
      file(first + 3, `${day} 00:04:59`, { FileType: 'APVU_ACCESSPAY_FILE' }),
      file(first + 4, `${day} 00:04:59.999`, { FileType: 'ADI_JOURNAL_FILE' }),
    ]
    const young = [
      file(first + 5, `${day} 00:05:00`),
      file(first + 6, `${day} 00:05:00.000`),
      file(first + 7, `${day} 00:05:01`),
      file(first + 8, `${addDays(day, 1)} 00:00:00`),
      file(first + 9, `${date} 00:05:00`),
    ]
    const before = [file(first + 10, `${addDays(day, -1)} 00:05:00`, { IsEnabled: false })]
    await leave(...old, ...young, ...before)
    await cleanUp(date)
    expectDisabled(...old)
    await expectAllRows()
    expect(deleted().sort()).toEqual(deletionsOf(old))
    for (const row of [...young, ...before])
      expect([...s3().objects.keys()]).toContain(`${bucket}/${pathOf(row.PaymentFileId)}`)
    expect(await runOf(date)).toEqual([{ State: 'DONE', RowsChanged: old.length, LastReason: null }])
    // So that the next day does not find them.
    await disable(young)
  })
})

async function disable(files: readonly FileRow[]): Promise<void> {
  expectDisabled(...files)
  await system.connection.db
    .updateTable('IntSchema.DirectPaymentFile')
    .set({ IsEnabled: false })
    .where('PaymentFileId', 'in', idsOf(files))
    .execute()
}

describe('a file that cannot be deleted', () => {
  const stuck = file(402, '2024-01-02 00:05:00')
  const others = [file(401, '2024-01-02 00:05:00'), file(403, '2024-01-02 00:05:00')]

  it('keeps its row enabled, and the log names the row alone', async () => {
    await leave(others[0] as FileRow, stuck, others[1] as FileRow)
    const lines = system.logLines.length
    s3().misbehave({
      ...{ kind: 'status', status: 403 },
      when: { match: ({ key }) => key === pathOf(402) },
    })
    await cleanUp('2024-12-02')
    expectDisabled(...others)
    await expectAllRows()
    expect(deleted().sort()).toEqual(deletionsOf(others))
    const told = system.logLines.slice(lines).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(
      told
        .filter(({ msg }) => msg === 'file not deleted')
        .map(({ level, paymentFileId, reason }) => ({ level, paymentFileId, reason })),
    ).toEqual([{ level: 40, paymentFileId: 402, reason: 'document-store-403' }])
    expect(system.logLines.join('')).not.toContain('apvs-payments-file')
  })

  it('is tried again at the next run, and goes', async () => {
    await cleanUp('2024-12-03')
    expectDisabled(stuck)
    await expectAllRows()
    expect(deleted()).toEqual(deletionsOf([stuck]))
  })

  it('that was gone already counts as deleted, and so does a row without a path', async () => {
    const gone = file(411, '2024-01-02 00:05:00')
    const pathless = file(412, '2024-01-02 00:05:00', { Filepath: '' })
    await leave(gone, pathless)
    s3().reset()
    await cleanUp('2024-12-04')
    expectDisabled(gone, pathless)
    await expectAllRows()
    expect(deleted()).toEqual(deletionsOf([gone]))
  })

  it('leaves everything to another try while the store is away', async () => {
    const files = Array.from({ length: 25 }, (_, k) => file(421 + k, '2024-01-02 00:05:00'))
    await leave(...files)
    s3().misbehave({ kind: 'refuse' })
    const failed = () => system.logLines.filter((line) => line.includes('document store is away'))
    const before = failed().length
    const running = cleanUp('2024-12-05')
    await until('the job has stopped', () => failed().length > before)
    await expectAllRows()
    s3().behaveWell()
    await running
    expectDisabled(...files)
    await expectAllRows()
    expect(deleted().sort()).toEqual(deletionsOf(files))
  })

  it('is not deleted where it is none of the payments, and keeps nobody else', async () => {
    const document = 'K0001RW/20010/hc2.png'
    const paths = [
      document,
      './apvs-payments-file-1.txt',
      `apvs-payments-/../${document}`,
      'APVS-PAYMENTS-1.txt',
    ]
    const foreign = paths.map((Filepath, k) => file(451 + k, '2024-01-02 00:05:00', { Filepath }))
    const own = file(459, '2024-01-02 00:05:00')
    await leave(...foreign, own)
    s3().put(bucket, document, 'x')
    const lines = system.logLines.length
    await cleanUp('2024-12-06')
    expectDisabled(own)
    await expectAllRows()
    expect(deleted()).toEqual(deletionsOf([own]))
    expect([...s3().objects.keys()]).toContain(`${bucket}/${document}`)
    const told = system.logLines.slice(lines).map((each) => JSON.parse(each) as Record<string, unknown>)
    expect(
      told
        .filter(({ msg }) => msg === 'file not deleted')
        .map(({ paymentFileId, reason }) => [paymentFileId, reason]),
    ).toEqual(foreign.map(({ PaymentFileId }) => [PaymentFileId, 'file-of-documents']))
    await disable(foreign)
    s3().reset()
  })
})

it('is done once for its date, however often it is delivered', async () => {
  const date = '2024-12-09'
  const first = file(501, '2024-01-02 00:05:00')
  await leave(first)
  await cleanUp(date)
  expectDisabled(first)
  const late = file(502, '2024-01-02 00:05:00')
  await leave(late)
  for (let i = 0; i < 3; i++) {
    await client.publish(subjects.schedulePaymentRun, { date }, { 'ce-id': messageId(date) })
    await system.answered(streams.schedule.name)
  }
  await expectAllRows()
  expect(deleted()).toEqual(deletionsOf([first]))
})

it('works through many pages', async () => {
  const files = Array.from({ length: 230 }, (_, k) => file(1_001 + k, '2024-01-02 00:05:00'))
  await leave(...files)
  await cleanUp('2024-12-10')
  expectDisabled(...files, rows.get(502) as FileRow)
  await expectAllRows()
  expect(deleted()).toHaveLength(files.length + 1)
})

it('deletes in the local folder where there is no bucket, so many days back as the settings say', async () => {
  const local = await System.start({
    clock: '2024-03-13 00:05:00',
    services: ['payment-run'],
    env: { AWS_S3_BUCKET_NAME: '', APVS_PAYMENT_CLEANUP_FILE_NUMBER_OF_DAYS: '1' },
  })
  try {
    const [old, young] = [file(1, '2024-03-12 00:04:59'), file(2, '2024-03-12 00:05:00')]
    const folder = join(local.database.env.DATA_DIR ?? '.data', 'documents')
    mkdirSync(folder, { recursive: true })
    for (const id of idsOf([old, young])) writeFileSync(join(folder, pathOf(id)), 'x')
    await insertRows(local.connection, { 'IntSchema.DirectPaymentFile': [old, young] })
    await cleanUp('2024-03-13', local)
    expect(await readRows(local.connection)).toEqual({
      'IntSchema.DirectPaymentFile': [disabled(old), young].map(asRead),
    })
    expect([1, 2].map((id) => existsSync(join(folder, pathOf(id))))).toEqual([false, true])
  } finally {
    await local.stop()
  }
})
