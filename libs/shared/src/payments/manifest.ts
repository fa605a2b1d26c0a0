import { z } from 'zod'

const pence = z.int()
const id = z.int().positive()

const payment = z.strictObject({
  kind: z.enum(['claim', 'top-up']),
  /** `ClaimId` or `TopUpId`. */
  id,
  claimId: id,
  reference: z.string().min(1).max(10),
  /** What is paid, in pence. */
  pence: pence.positive(),
  /** Of a claim, in pence: what was stored as its `TotalAmount` and `ManuallyProcessedAmount`. */
  total: pence.nullable(),
  manual: pence.nullable(),
})

const schema = z.strictObject({
  version: z.literal(1),
  runId: z.string().max(50),
  date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  stamp: z.string().regex(/^\d{14}$/),
  /** London time before the first file was stored: that of the payments, for whoever has lost the later one. */
  made: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{3})?$/),
  claims: z.int().nonnegative(),
  topUps: z.int().nonnegative(),
  totalPence: pence.nonnegative(),
  payments: z.array(payment),
})

/** What a payment run pays, as it is stored beside its files: enough to mark it as paid, and nothing of a bank. */
export type Manifest = Readonly<z.infer<typeof schema>>
export type PaidItem = Readonly<z.infer<typeof payment>>

type Run = Pick<Manifest, 'runId' | 'date' | 'stamp' | 'made'>

/** Of payments in the order of the files' lines. */
export function manifestOf(run: Run, payments: readonly PaidItem[]): Manifest {
  const claims = payments.filter(({ kind }) => kind === 'claim').length
  return {
    ...{ version: 1, ...run, claims, topUps: payments.length - claims },
    totalPence: sumOf(payments),
    payments: [...payments],
  }
}

export const writeManifest = (manifest: Manifest): Uint8Array => Buffer.from(JSON.stringify(manifest))

/** @returns undefined if the bytes are no manifest, or its sums are not those of its payments */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  try {
    const { data } = schema.safeParse(JSON.parse(Buffer.from(bytes).toString()))
    if (!data) return undefined
    const { claims, topUps, totalPence } = manifestOf(data, data.payments)
    return claims === data.claims && topUps === data.topUps && totalPence === data.totalPence
      ? data
      : undefined
  } catch {
    return undefined
  }
}

const sumOf = (payments: readonly PaidItem[]): number =>
  payments.reduce((sum, payment) => sum + payment.pence, 0)
