import type { PaymentFileType } from '#shared/contracts'

/** One line of the bank file. Bank data: only for the database and the files. */
export interface Payment {
  readonly kind: 'claim' | 'top-up'
  /** `ClaimId` or `TopUpId`. */
  readonly itemId: number
  readonly claimId: number
  readonly reference: string
  /** Whole pence, positive. */
  readonly amount: number
  readonly sortCode: string
  readonly accountNumber: string
  readonly nameOnAccount: string
  /** Empty if there is none. */
  readonly rollNumber: string
  /** Empty if it is not known. */
  readonly country: string
}

/** The three files of a run. */
export interface PaymentFiles {
  readonly bank: PaymentFile
  readonly unit: PaymentFile
  readonly journal: PaymentFile
}

export interface PaymentFile {
  readonly type: PaymentFileType
  /** The file's name in the document store. */
  readonly path: string
  readonly bytes: Uint8Array
}
