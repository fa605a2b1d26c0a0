import type { DocumentStore, StoredFiles } from '#shared/documents'
import { storedPaymentFiles, type DueClaim } from '#shared/payments'
import { OldPaymentFiles } from './src/clean-up-payment-files/old-payment-files.repository.js'
import { DueClaims } from './src/pay-claims/due-claims.repository.js'
import { DueTopUps } from './src/pay-claims/due-top-ups.repository.js'
import { LookAgain } from './src/pay-claims/look-again.js'
import { PaymentRuns, type PaymentRun } from './src/pay-claims/payment-runs.repository.js'
import { Payments } from './src/pay-claims/payments.repository.js'
import { Reservations } from './src/pay-claims/reservations.js'
import { Settlement } from './src/pay-claims/settlement.repository.js'
import { claimsPaid, claimsTold, filesWritten } from './src/pay-claims/told-payments.repository.js'
import type { PaymentFiles } from './src/payment.js'
import { clock, log, inPage, type StatementSteps } from '../../tools/statements/step.js'

const paymentRun = { RunId: 'payment-run.2024-03-13', State: 'RESERVING', Stage: 0, LastKey: 0 } as PaymentRun
/** What payment-run asks the database, step by step. */
export const statements: StatementSteps = {
  'pay-claims: begin': async ({ connection }) => {
    const runs = new PaymentRuns(connection, clock)
    await runs.begin('2024-03-13')
    await runs.unfinishedBefore('2024-03-13')
    await runs.isAnotherInDoubt(paymentRun)
  },
  'pay-claims: try a stopped run again': async (database) => {
    database.answer = { State: 'STOPPED' }
    await new PaymentRuns(database.connection, clock).unfinishedBefore('2024-03-13')
  },
  'pay-claims: which files are known': async (database) => {
    database.answer = { path: 'x', stamp: 'x' }
    const list = () => Promise.resolve(['apvs-payments-20240313000500.txt'])
    await storedPaymentFiles({ list } as unknown as DocumentStore, database.connection)
  },
  'pay-claims: look again': async (database) => {
    const { connection } = database
    const runs = new PaymentRuns(connection, clock)
    const [claims, topUps] = [new DueClaims(connection), new DueTopUps(connection)]
    const reserved = { itemId: 1, claimId: 1, reference: 'x', amount: 1, rollNumber: '', country: '' }
    const bank = { sortCode: '112233', accountNumber: '12345678', nameOnAccount: 'x', lostPaymentId: null }
    database.answer = { itemId: 1, claimId: 1, reference: 'x', pounds: 1, ...bank, Status: 'APPROVED' }
    const [claim, topUp] = (['claim', 'top-up'] as const).map((kind) => ({ ...reserved, ...bank, kind }))
    const look = new LookAgain(runs, new Payments(connection), claims, topUps, log)
    for (const page of [claim, topUp]) await look.takeChanges(paymentRun, page ? [page] : [])
    await new Payments(connection).totalsOfClaims(paymentRun)
  },
  'pay-claims: begin for the first time': (database) => {
    let asked = 0
    database.happens = [
      [{ test: (sql: string) => sql.startsWith('select') && asked++ === 0 } as RegExp, 'nothing'],
    ]
    return new PaymentRuns(database.connection, clock).begin('2024-03-13')
  },
  'pay-claims: reserve': async (database) => {
    const { connection } = database
    const payment = { claimId: 1, itemId: 1, reference: 'x', pounds: 1, country: 'Wales' }
    const bank = {
      ...{ sortCode: '112233', accountNumber: '12345678', nameOnAccount: 'x', rollNumber: 'x' },
      lostPaymentId: null,
    }
    database.answer = { ...payment, ...bank, Status: 'APPROVED' }
    const reservations = new Reservations(
      connection,
      new PaymentRuns(connection, clock),
      new Payments(connection),
      new DueClaims(connection),
      new DueTopUps(connection),
      log,
    )
    for (const Stage of [0, 1, 2]) await reservations.reserveNext({ ...paymentRun, Stage, ClaimsPaid: 1 })
  },
  'pay-claims: record the files': async ({ connection }) => {
    const payments = new Payments(connection)
    await payments.reservedBy(paymentRun)
    const file = { type: 'ADI_JOURNAL_FILE', path: 'x', bytes: Buffer.of() } as const
    const files: PaymentFiles = { bank: file, unit: file, journal: file }
    const runs = new PaymentRuns(connection, clock)
    await runs.advance(paymentRun, { State: 'FILES-WRITTEN' }, (step) => payments.recordFiles(step, files))
  },
  'pay-claims: store what was processed by hand': ({ connection }) =>
    connection.transaction(async (db) => {
      const due = { kind: 'claim', itemId: 1, claimId: 1, amount: 50, total: 100, manuallyProcessed: 50 }
      await new DueClaims(connection).take({ db, dialect: connection.dialect, now: clock.now() }, [
        due as DueClaim,
      ])
    }),
  'pay-claims: go from state to state': async ({ connection }) => {
    const runs = new PaymentRuns(connection, clock)
    const next = { Stage: 0, LastKey: 0, LastReason: null }
    await runs.advance(paymentRun, { Stage: 1, LastKey: 0 })
    await runs.advance(paymentRun, { State: 'STOPPED', LastReason: 'sums-disagree' })
    await runs.advance(paymentRun, { State: 'FILES-WRITTEN', ...next })
  },
  'pay-claims: tell other systems': async (database) => {
    const paid = [{ reference: 'ABCDEFG', claimId: 2 }]
    await database.connection.transaction(async (db) => {
      const step = { db, dialect: database.connection.dialect, now: clock.now() }
      await filesWritten(step, { ...paymentRun, RunDate: '2024-03-13' }, 2)
      await claimsPaid(step, paymentRun, () => Promise.resolve(paid))
      await claimsTold(step, paymentRun)
    })
  },
  'pay-claims: settle': async ({ connection }) => {
    const settlement = new Settlement(connection, new PaymentRuns(connection, clock), log)
    for (const Stage of [0, 1, 2]) await settlement.settleNext({ ...paymentRun, Stage })
  },
  'clean-up-payment-files': (database) => {
    const files = new OldPaymentFiles(database.connection, {} as StoredFiles)
    return inPage(database, files.createdBefore('2024-02-14 00:05:00'), [{ id: 7, path: 'file.txt' }])
  },
}
