export { PaidRuns, type FileRow, type LeftOut, type RunLine, type RunRow } from './paid-runs.repository.js'
export { readRuns, type PaidOfKind, type PaymentRunDay } from './read-runs.js'
export type { NotMarked, Recovered } from './recover-run.js'
export { Recovery } from './recovery.repository.js'
