import type { DatabaseConnection } from '../../database/index.js'
import { ClaimsDue } from './claims-due.repository.js'
import { isOwed, whyLeftOut, type DuePayment, type LeftOutReason } from './payable.rules.js'
import { TopUpsDue } from './top-ups-due.repository.js'

/** Something that a run begun now would leave out. */
export interface WouldBeLeftOut extends Pick<DuePayment, 'kind' | 'itemId' | 'claimId' | 'reference'> {
  /** Whole pence; no number where the amount cannot be read. */
  readonly pence: number
  readonly reason: LeftOutReason
}

/** What a payment run begun now would come to. No bank data. */
export interface NextRun {
  readonly claims: number
  readonly topUps: number
  readonly pence: number
  /** How many in all. */
  readonly leftOut: number
  readonly leftOutPence: number
  /** The first of them. */
  readonly firstLeftOut: readonly WouldBeLeftOut[]
}

/** At most so many of what would be left out are named. */
const named = 200

/** Adds up what is due, page by page, as a run would reserve it; reserves and changes nothing. */
export async function nextRun(connection: DatabaseConnection): Promise<NextRun> {
  const sums = { claims: 0, topUps: 0, pence: 0, leftOut: 0, leftOutPence: 0 }
  const firstLeftOut: WouldBeLeftOut[] = []
  for (const due of [new ClaimsDue(connection), new TopUpsDue(connection)])
    for await (const payment of owed(due)) {
      const { kind, itemId, claimId, reference, amount } = payment
      const reason = whyLeftOut(payment)
      if (reason === undefined) {
        sums[kind === 'claim' ? 'claims' : 'topUps'] += 1
        sums.pence += amount
        continue
      }
      sums.leftOut += 1
      sums.leftOutPence += Number.isNaN(amount) ? 0 : amount
      if (firstLeftOut.length < named)
        firstLeftOut.push({ kind, itemId, claimId, reference, pence: amount, reason })
    }
  return { ...sums, firstLeftOut }
}

async function* owed(due: {
  read(after: number): Promise<readonly DuePayment[]>
}): AsyncGenerator<DuePayment> {
  for (let after = 0; ;) {
    const page = await due.read(after)
    yield* page.filter(isOwed)
    const last = page.at(-1)
    if (!last) return
    after = last.itemId
  }
}
