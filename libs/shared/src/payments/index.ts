export { manifestOf, readManifest, writeManifest, type Manifest, type PaidItem } from './manifest.js'
export { storedPaymentFiles, type StoredPaymentFiles } from './stored-payment-files.js'
export { ClaimsDue, type DueClaim } from './due/claims-due.repository.js'
export { nextRun, type NextRun } from './due/next-run.js'
export {
  asTheBankHasIt,
  isOwed,
  largestAmount,
  whyLeftOut,
  type DuePayment,
  type LeftOutReason,
} from './due/payable.rules.js'
export { TopUpsDue } from './due/top-ups-due.repository.js'
