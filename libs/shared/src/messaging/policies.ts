import type { DeliveryPolicy } from './consumer-definition.js'

const minutes = 60_000

/** The delivery policies, in one place. */
export const policies = {
  /** Work in the database, with at most a short look outside. About four minutes of tries. */
  claim: {
    attempts: 10,
    backoff: { baseMs: 1_000, capMs: 10 * minutes },
    timeOutMs: 30_000,
    concurrency: 16,
  },
  /** The benefit checker itself waits up to 90 seconds for DWP, and may be out for hours. */
  benefitCheck: {
    attempts: 16,
    backoff: { baseMs: 1_000, capMs: 60 * minutes },
    timeOutMs: 100_000,
    concurrency: 16,
  },
  /** Notify, with its limits by the minute and by the day. */
  email: {
    attempts: 16,
    backoff: { baseMs: 1_000, capMs: 60 * minutes },
    timeOutMs: 30_000,
    concurrency: 16,
  },
  /** The helpdesk knows a repeated ticket for two hours: all tries together take less. */
  helpdesk: {
    attempts: 16,
    backoff: { baseMs: 1_000, capMs: 15 * minutes },
    timeOutMs: 30_000,
    concurrency: 4,
  },
  /** Jobs over many claims. */
  job: {
    attempts: 10,
    backoff: { baseMs: 5_000, capMs: 10 * minutes },
    timeOutMs: 10 * minutes,
    concurrency: 1,
  },
  /** As a job, but for a day: it must end by itself when the document store comes back after hours. */
  paymentRun: {
    attempts: 150,
    backoff: { baseMs: 5_000, capMs: 10 * minutes },
    timeOutMs: 10 * minutes,
    concurrency: 1,
  },
} as const satisfies Record<string, DeliveryPolicy>
