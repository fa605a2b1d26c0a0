import { paymentFilePrefixes } from '#shared/contracts'
import { claimIds } from '../claim-rows.js'
import { paymentJobs, paymentRuns, storedFiles } from '../payment-runs.js'
import { payableRows, topUpId } from '../payment-rows.js'
import type { Trouble } from '../payment-trouble.js'
import type { Processes } from '../processes.js'
import { merge } from '../row-sets.js'

/** More than are settled at once, with amounts that floating point cannot add. */
const claimCount = 1_100
export const given = merge(
  ...Array.from({ length: claimCount }, (_, i) =>
    payableRows(i + 1, {
      expenses: [(i + 1) / 100, 0.1],
      banks: i % 50 === 7 ? [] : [{}],
      topUps: i % 4 ? [] : [{ TopUpAmount: 0.29 }],
    }),
  ),
)

/** How far a run has come: its state, and what shows outside of it. */
export async function progress({ database: { connection }, simulators: { s3 } }: Processes) {
  const [run] = await paymentRuns(connection)
  const settled = async (table: 'IntSchema.Claim' | 'IntSchema.TopUp') =>
    (await connection.db.selectFrom(table).select('PaymentStatus').execute()).filter(
      ({ PaymentStatus }) => PaymentStatus === 'PROCESSED',
    ).length
  return {
    state: run?.State,
    stage: run?.Stage,
    files: Object.keys(storedFiles(s3)).length,
    filesInTheTables: (await connection.db.selectFrom('IntSchema.DirectPaymentFile').selectAll().execute())
      .length,
    claims: await settled('IntSchema.Claim'),
    topUps: await settled('IntSchema.TopUp'),
  }
}

const isFile = (prefix: string) => ({
  match: ({ key, method }: { key: string; method: string }) => method === 'PUT' && key.startsWith(prefix),
})

/** A place to cut the run at: what holds it there, and how to see that it has got there. */
export interface Cut {
  readonly hold?: (running: Processes) => void
  readonly trouble?: readonly [Trouble, above?: number]
  readonly reached: (running: Processes) => boolean | Promise<boolean>
  readonly left: Partial<Awaited<ReturnType<typeof progress>>>
}

const refuse = (prefix: string) => ({
  hold: ({ simulators: { s3 } }: Processes) => s3.misbehave({ kind: 'refuse', when: isFile(prefix) }),
})
/** Of each kind of file, before the reservation and before the files. */
const listings = 2 * paymentFilePrefixes.length
/** The store was asked for so many files to be stored, whatever it did. */
const requests =
  (files: number) =>
  ({ simulators: { s3 } }: Processes) =>
    s3.requests >= listings + manifest + files
const manifest = 1
const nothingSettled = { filesInTheTables: 0, claims: 0, topUps: 0 }
const settledSome =
  (table: 'claims' | 'topUps', count = 1) =>
  async (running: Processes) =>
    (await progress(running))[table] >= count
const hasFailed = async ({ database }: Processes) =>
  (await paymentJobs(database.connection)).some(({ LastReason }) => LastReason !== undefined)

export const cuts: readonly (readonly [string, Cut])[] = [
  [
    'in the middle of reserving',
    {
      reached: async ({ database }) => Number((await paymentRuns(database.connection))[0]?.LastKey ?? 0) > 0,
      left: { state: 'RESERVING', files: 0, ...nothingSettled },
    },
  ],
  [
    'when all is reserved and no file stored',
    {
      ...refuse('apvs-payments-'),
      ...{ reached: requests(1), left: { state: 'RESERVED', files: 0, ...nothingSettled } },
    },
  ],
  [
    'after the first file',
    {
      ...refuse('apvu-'),
      ...{ reached: requests(2), left: { state: 'RESERVED', files: 1, ...nothingSettled } },
    },
  ],
  [
    'after the second file',
    {
      ...refuse('apvs-adi-'),
      ...{ reached: requests(3), left: { state: 'RESERVED', files: 2, ...nothingSettled } },
    },
  ],
  [
    'after the third file, of which it has not heard',
    {
      hold: ({ simulators: { s3 } }) => s3.misbehave({ kind: 'slow', ms: 60_000, when: isFile('apvs-adi-') }),
      reached: ({ simulators: { s3 } }) => Object.keys(storedFiles(s3)).length === 3,
      left: { state: 'RESERVED', files: 3, ...nothingSettled },
    },
  ],
  [
    'when the files are written and nothing is settled',
    {
      ...{ trouble: ['settling claims'], reached: hasFailed },
      left: { state: 'FILES-WRITTEN', files: 3, ...nothingSettled, filesInTheTables: 3 },
    },
  ],
  [
    'when some claims are settled',
    {
      ...{ trouble: ['settling claims', claimIds(claimCount - 1).ClaimId], reached: settledSome('claims') },
      left: { state: 'FILES-WRITTEN', files: 3, filesInTheTables: 3, claims: 1_000, topUps: 0 },
    },
  ],
  [
    'when the claims are settled and the top-ups are not',
    {
      trouble: ['settling top-ups', topUpId(1)],
      reached: settledSome('claims', 1_001),
      left: { state: 'FILES-WRITTEN', files: 3, filesInTheTables: 3, claims: 1_078, topUps: 0 },
    },
  ],
  [
    'when all is settled and the message not answered',
    {
      trouble: ['ending the job'],
      reached: async ({ database }) => (await paymentRuns(database.connection))[0]?.State === 'SETTLED',
      left: { state: 'SETTLED', files: 3, filesInTheTables: 3, claims: 1_078, topUps: 275 },
    },
  ],
]
