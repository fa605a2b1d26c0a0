import { claimStatus, isUndecided, sameStatus } from '#shared/claims'
import type { Row } from '#shared/database'

/**
 * A claim that waits for the daily run is approved unless somebody has decided on it meanwhile. Whoever asks for bank
 * details has decided to pay, and to another account.
 */
export const mayBeApproved = ({
  Status,
  DateApproved,
  PaymentStatus,
}: Pick<Row<'IntSchema.Claim'>, 'Status' | 'DateApproved' | 'PaymentStatus'>): boolean =>
  isUndecided(Status) &&
  !sameStatus(Status, claimStatus.requestInfoPayment) &&
  DateApproved === null &&
  PaymentStatus === null
