import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '#shared/config'
import { insertRows } from '../../test/support/rows.js'
import { noNats, runOps } from '../../test/support/run-ops.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'

const settledOn = '2026-11-20'
const stamp = '20261120000501'

const run = (RunDate: string, columns: object) => ({
  ...{ RunId: `payment-run.${RunDate}`, RunDate, Stamp: `${RunDate.replaceAll('-', '')}000501` },
  ...{ Stage: 0, LastKey: 0, ClaimsPaid: 0, TopUpsPaid: 0, TotalPence: 0, LeftOut: 0 },
  ...{ DateStarted: `${RunDate} 00:05:01.250`, ...columns },
})
const payment = (PaymentId: number, date: string, columns: object) => ({
  ...{ PaymentId, RunId: `payment-run.${date}`, Kind: 'claim', ItemId: PaymentId, ClaimId: PaymentId },
  ...{ Reference: `R${PaymentId}`, Amount: 1_000, State: 'SETTLED', ...columns },
})
const bankData = {
  ...{ SortCode: '112233', AccountNumber: '87654321', NameOnAccount: 'Ailsa Brackenridge' },
  ...{ RollNumber: 'ROLL/77', Country: 'Wales' },
}
const file = (PaymentFileId: number, FileType: string, Filepath: string, columns: object = {}) => ({
  ...{ PaymentFileId, FileType, Filepath, DateCreated: `${settledOn} 00:05:03`, IsEnabled: true },
  ...columns,
})

let database: TestDatabase
let env: Environment

beforeAll(async () => {
  database = await createTestDatabase()
  env = { ...database.env, ...noNats }
  await insertRows(database.connection, {
    'AsyncSchema.PaymentRun': [
      run(settledOn, {
        ...{ State: 'SETTLED', DateReserved: `${settledOn} 00:05:02`, LeftOut: 2 },
        ...{ DateFilesWritten: `${settledOn} 00:05:03`, DateSettled: '2026-11-21 00:05:04' },
      }),
      run('2026-11-19', { State: 'EMPTY' }),
      run('2026-11-18', {
        ...{ State: 'STOPPED', LastReason: 'journal-total', DateReserved: '2026-11-18 00:05:02' },
      }),
    ],
    'AsyncSchema.Payment': [
      payment(1, settledOn, { Amount: 1 }),
      payment(2, settledOn, { Amount: 123_456 }),
      payment(3, settledOn, { Kind: 'top-up', ClaimId: 2, Amount: 70 }),
      payment(4, settledOn, { Kind: 'top-up', ClaimId: 9, State: 'LEFT-OUT', Reason: 'amount-not-positive' }),
      payment(5, settledOn, { State: 'LEFT-OUT', Reason: 'sort-code-missing', Amount: 5_000 }),
      payment(6, '2026-11-18', { State: 'RESERVED', ...bankData }),
    ],
    'IntSchema.DirectPaymentFile': [
      file(11, 'ACCESSPAY_FILE', `apvs-payments-${stamp}.txt`),
      file(12, 'APVU_ACCESSPAY_FILE', `apvu-apvs-payments-${stamp}.txt`, { IsEnabled: false }),
      file(13, 'ADI_JOURNAL_FILE', `apvs-adi-journal-${stamp}.xlsm`),
      file(14, 'ACCESSPAY_FILE', 'apvs-payments-20261120000502.txt'),
    ],
  })
}, 60_000)

afterAll(() => database.remove())

const payments = (args: string) => runOps(`payments ${args}`, env)

describe('a payment run', () => {
  it('that is settled has its times, totals, files, and what was left out', async () => {
    expect(await payments(settledOn)).toEqual({
      code: 0,
      out: [
        'payment-run.2026-11-20: SETTLED, stamp 20261120000501',
        '',
        'STARTED   RESERVED  FILES WRITTEN  SETTLED',
        '00:05:01  00:05:02  00:05:03       2026-11-21 00:05:04',
        '',
        'PAYS      PAYMENTS  POUNDS',
        'claims           2  1234.57',
        'top-ups          1     0.70',
        'together         3  1235.27',
        '',
        'FILE  TYPE                 NAME                                   CREATED   STATE',
        '  11  ACCESSPAY_FILE       apvs-payments-20261120000501.txt       00:05:03  stored',
        '  12  APVU_ACCESSPAY_FILE  apvu-apvs-payments-20261120000501.txt  00:05:03  cleaned up',
        '  13  ADI_JOURNAL_FILE     apvs-adi-journal-20261120000501.xlsm   00:05:03  stored',
        '',
        'LEFT OUT  ID  CLAIM  REFERENCE  WHY',
        'claim      5      5  R5         sort-code-missing',
        'top-up     4      9  R4         amount-not-positive',
      ],
      err: [],
    })
  })

  it('that had nothing to pay says so', async () => {
    const { code, out, err } = await payments('2026-11-19')
    expect({ code, err }).toEqual({ code: 0, err: [] })
    expect(out).toEqual([
      'payment-run.2026-11-19: EMPTY, stamp 20261119000501',
      '',
      'STARTED   RESERVED  FILES WRITTEN  SETTLED',
      '00:05:01  -         -              -',
      '',
      'PAYS      PAYMENTS  POUNDS',
      'claims           0    0.00',
      'top-ups          0    0.00',
      'together         0    0.00',
      '',
      'FILE  TYPE  NAME  CREATED  STATE',
      '',
      'LEFT OUT  ID  CLAIM  REFERENCE  WHY',
    ])
  })

  it('that was stopped says why, and no bank data', async () => {
    const { out } = await payments('2026-11-18')
    expect(out[0]).toBe('payment-run.2026-11-18: STOPPED, last reason journal-total, stamp 20261118000501')
    const json = await payments('2026-11-18 --json')
    for (const text of Object.values(bankData)) expect([...out, ...json.out].join('\n')).not.toContain(text)
  })

  it('has the same facts as JSON', async () => {
    const { code, out, err } = await payments(`${settledOn} --json`)
    expect({ code, err, lines: out.length }).toEqual({ code: 0, err: [], lines: 1 })
    const created = `${settledOn} 00:05:03.000`
    expect(JSON.parse(out[0] ?? '')).toEqual({
      ...{ runId: 'payment-run.2026-11-20', date: settledOn, state: 'SETTLED', reason: null, stamp },
      ...{ started: `${settledOn} 00:05:01.250`, reserved: `${settledOn} 00:05:02.000` },
      ...{ filesWritten: created, settled: '2026-11-21 00:05:04.000' },
      totals: {
        claims: { payments: 2, pounds: '1234.57' },
        topUps: { payments: 1, pounds: '0.70' },
        all: { payments: 3, pounds: '1235.27' },
      },
      files: [
        { paymentFileId: 11, type: 'ACCESSPAY_FILE', path: `apvs-payments-${stamp}.txt`, enabled: true },
        {
          ...{ paymentFileId: 12, type: 'APVU_ACCESSPAY_FILE', enabled: false },
          path: `apvu-apvs-payments-${stamp}.txt`,
        },
        {
          paymentFileId: 13,
          type: 'ADI_JOURNAL_FILE',
          path: `apvs-adi-journal-${stamp}.xlsm`,
          enabled: true,
        },
      ].map((each) => ({ ...each, created })),
      leftOut: [
        { kind: 'claim', itemId: 5, claimId: 5, reference: 'R5', pence: 5_000, reason: 'sort-code-missing' },
        {
          kind: 'top-up',
          itemId: 4,
          claimId: 9,
          reference: 'R4',
          pence: 1_000,
          reason: 'amount-not-positive',
        },
      ],
    })
  })
})

describe('what it cannot do', () => {
  it('find a run that never was', async () => {
    const err = ['ops payments: no payment run is known for 2026-11-17']
    expect(await payments('2026-11-17')).toEqual({ code: 1, out: [], err })
  })

  it.each([
    ['', 'of which date?'],
    ['2026-02-29', 'the date is a day that exists, as YYYY-MM-DD'],
    ['2026-11-19 2026-11-20', 'one date at a time'],
    ['--date 2026-11-19', "Unknown option '--date'"],
  ])('"%s"', async (args, reason) => {
    const { code, out, err } = await payments(args)
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 })
    expect(err[0]).toContain(reason)
  })
})
