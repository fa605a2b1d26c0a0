import { paymentFileName, paymentFileTypes, runState } from '#shared/contracts'
import { recoverRun, releasePayment } from '#shared/operations'
import type { Manifest, PaidItem } from '#shared/payments'
import { DueClaims } from '../../../apps/payment-run/src/pay-claims/due-claims.repository.js'
import { DueTopUps } from '../../../apps/payment-run/src/pay-claims/due-top-ups.repository.js'
import { LookAgain } from '../../../apps/payment-run/src/pay-claims/look-again.js'
import {
  PaymentRuns,
  type PaymentRun,
} from '../../../apps/payment-run/src/pay-claims/payment-runs.repository.js'
import { Payments } from '../../../apps/payment-run/src/pay-claims/payments.repository.js'
import { Reservations } from '../../../apps/payment-run/src/pay-claims/reservations.js'
import { Settlement } from '../../../apps/payment-run/src/pay-claims/settlement.repository.js'
import type { PaymentFiles } from '../../../apps/payment-run/src/payment.js'
import type { Deed, Place } from './playground.js'

const partsOf = ({ connection, clock, log }: Place) => {
  const [runs, payments] = [new PaymentRuns(connection, clock), new Payments(connection)]
  const [claims, topUps] = [new DueClaims(connection), new DueTopUps(connection)]
  return {
    runs,
    payments,
    reservations: new Reservations(connection, runs, payments, claims, topUps, log),
    lookAgain: new LookAgain(runs, payments, claims, topUps, log),
    settlement: new Settlement(connection, runs, log),
  }
}

/**
 * The steps of a run that bring it to another state, or to another stage of it, as the handler does them. What follows is a
 * deed of its own: between two stages anything may happen, and belongs to neither order.
 */
async function whileIn(
  { place, id }: { readonly place: Place; readonly id: string },
  isAt: (run: PaymentRun) => boolean,
  step: (run: PaymentRun) => Promise<void>,
) {
  const { runs } = partsOf(place)
  for (let run = await runs.get(id); isAt(run); run = await runs.get(id)) await step(run)
}

const isIn =
  (state: string, stage?: number) =>
  ({ State, Stage }: PaymentRun): boolean =>
    State === state && (stage === undefined || Stage === stage)

/** Of what is due the claims, or the top-ups. */
export const reserves = (date: string, stage: 0 | 1 = 0): Deed => ({
  name: `the run of ${date} reserves`,
  async do(place) {
    const { runs, reservations } = partsOf(place)
    const id = await runs.begin(date)
    await whileIn({ place, id }, isIn(runState.reserving, stage), (run) => reservations.reserveNext(run))
  },
})

/** The last look, and the files of what it left. */
export const writes = (date: string, name: string): Deed => ({
  name: `${name} writes the files of ${date}`,
  async do(place) {
    const { runs, payments, lookAgain } = partsOf(place)
    await whileIn({ place, id: `payment-run.${date}` }, isIn(runState.reserved), async (run) => {
      const reserved = await payments.reservedBy(run)
      if (await lookAgain.takeChanges(run, reserved)) return
      if (!reserved.length) return void (await runs.advance(run, { State: runState.empty }))
      const file = (type: string) => ({ type, path: `${type}-${run.Stamp}`, bytes: Buffer.of() })
      const files = { bank: file('ACCESSPAY_FILE'), unit: file('UNIT'), journal: file('ADI_JOURNAL_FILE') }
      const written = { State: runState.filesWritten, Stage: 0, LastKey: 0, LastReason: null }
      await runs.advance(run, written, (step) => payments.recordFiles(step, files as unknown as PaymentFiles))
    })
  },
})

export const settles = (date: string, name: string): Deed => ({
  name: `${name} settles ${date}`,
  async do(place) {
    const { settlement } = partsOf(place)
    await whileIn({ place, id: `payment-run.${date}` }, isIn(runState.filesWritten), (run) =>
      settlement.settleNext(run),
    )
  },
})

export const triesAgain = (date: string): Deed => ({
  name: `the run of ${date} has another try`,
  do: (place) => partsOf(place).runs.begin(date),
})

/** What the run has left in the store, written down: whoever is told that something has just changed does it again. */
export const recovers = (manifest: Manifest, name = 'an operator'): Deed => ({
  name: `${name} recovers ${manifest.runId}`,
  async do(place) {
    const { connection, clock } = place
    const stored = new Set(paymentFileTypes.map((type) => paymentFileName(type, manifest.stamp)))
    const given = { now: clock.now(), dryRun: false }
    const { marked, notMarked } = await recoverRun(connection, { manifest, stored }, given)
    const others = notMarked.map(({ kind, id, why }) => `${kind} ${id}: ${why}`)
    place.note(`marked ${marked.claims} claims, ${marked.topUps} top-ups; not ${others.join()}`)
  },
})

export const releases = ({ stamp }: Manifest, { kind, id }: Pick<PaidItem, 'kind' | 'id'>): Deed => ({
  name: `an operator releases ${kind} ${id}`,
  async do(place) {
    await releasePayment(place.connection, { stamp, kind, id }, { dryRun: false })
    place.note(`let go of ${kind} ${id}`)
  },
})
