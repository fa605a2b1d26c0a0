export { manifestOf, readManifest, writeManifest, type Manifest, type PaidItem } from './manifest.js'
export { storedPaymentFiles, type StoredPaymentFiles } from './stored-payment-files.js'
