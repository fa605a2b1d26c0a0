import { createHash } from 'node:crypto'

/** What has become of a payment that a run came upon: `AsyncSchema.Payment.State`. */
export const paymentState = { reserved: 'RESERVED', settled: 'SETTLED', leftOut: 'LEFT-OUT' } as const

/**
 * Why a payment of a recovered run is still reserved: what it paid is not there to be marked. As long as it is, no other
 * run can take it.
 */
export const notMarked = 'not-marked'

/** Why a run leaves out what such a payment keeps. */
export const paidByALostRun = 'paid-by-a-lost-run'

/** What a run has done: `AsyncSchema.PaymentRun.State`. A stopped one has marked nobody as paid. */
export const runState = {
  reserving: 'RESERVING',
  reserved: 'RESERVED',
  filesWritten: 'FILES-WRITTEN',
  settled: 'SETTLED',
  empty: 'EMPTY',
  stopped: 'STOPPED',
} as const
export type RunState = (typeof runState)[keyof typeof runState]

/** Why a run was stopped by what the document store holds: `AsyncSchema.PaymentRun.LastReason`. */
export const stopReason = {
  /** It has files of runs that the database does not know. */
  filesUnknown: 'payment-files-unknown',
  /** It has a file of this run that is not the one the run would make. */
  fileDiffers: 'payment-file-differs',
  /** Another run has stopped for that. */
  otherInDoubt: 'another-run-in-doubt',
} as const

/** `DirectPaymentFile.FileType`. */
export type PaymentFileType = 'ACCESSPAY_FILE' | 'APVU_ACCESSPAY_FILE' | 'ADI_JOURNAL_FILE'

/** The files of a run as the document store names them, by what stands before and after the run's stamp. */
const fileNames: Readonly<Record<PaymentFileType, { readonly start: string; readonly end: string }>> = {
  ACCESSPAY_FILE: { start: 'apvs-payments-', end: '.txt' },
  APVU_ACCESSPAY_FILE: { start: 'apvu-apvs-payments-', end: '.txt' },
  ADI_JOURNAL_FILE: { start: 'apvs-adi-journal-', end: '.xlsm' },
}
const manifests = 'payment-runs/'

/** In the order in which a run stores them. */
export const paymentFileTypes: readonly PaymentFileType[] = [
  'ACCESSPAY_FILE',
  'APVU_ACCESSPAY_FILE',
  'ADI_JOURNAL_FILE',
]

/** With what the names of payment files begin, in the document store. */
export const paymentFilePrefixes: readonly string[] = paymentFileTypes.map((type) => fileNames[type].start)

/** @param stamp `YYYYMMDDHHmmss`, London time of the run */
export const paymentFileName = (type: PaymentFileType, stamp: string): string =>
  fileNames[type].start + stamp + fileNames[type].end

/** Of which kind and run a stored file is, by its name; undefined if it is no payment file. */
export function paymentFileOf(path: string): { type: PaymentFileType; stamp: string } | undefined {
  for (const type of paymentFileTypes) {
    const { start, end } = fileNames[type]
    const stamp = path.slice(start.length, path.length - end.length)
    if (/^\d{14}$/.test(stamp) && path === paymentFileName(type, stamp)) return { type, stamp }
  }
  return undefined
}

/** With what the names of manifests begin, in the document store. @param stamp of one run; left out, of all */
export const manifestPrefix = (stamp?: string): string =>
  stamp === undefined ? manifests : `${manifests}${stamp}.`

/**
 * Where a run says, beside its files, what it pays: ids and amounts, no bank data and no names. Of several that would
 * pay otherwise, each says it somewhere else; the bank file that is stored tells which of them is right.
 */
export const manifestPath = (stamp: string, bankFile: Uint8Array): string =>
  `${manifestPrefix(stamp)}${createHash('sha256').update(bankFile).digest('hex')}.json`

/** Where earlier releases said it. */
export const olderManifestPath = (stamp: string): string => `${manifestPrefix(stamp)}json`

/** Of which run a stored file is the manifest, by its name; undefined if it is none. */
export const stampOfManifest = (path: string): string | undefined =>
  /^payment-runs\/(\d{14})\.(?:[\da-f]{64}\.)?json$/.exec(path)?.[1]

/**
 * Whether a name in the document store is of the payments' place: a payment file, or what lies beside them. As the
 * name is written, without regard to case.
 */
export function isOfPayments(path: string): boolean {
  const name = path.toLowerCase()
  const isFile = !name.includes('/') && paymentFilePrefixes.some((start) => name.startsWith(start))
  return isFile || name.startsWith(manifests)
}
