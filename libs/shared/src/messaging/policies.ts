import type { DeliveryPolicy } from './consumer-definition.js'

const seconds = 1_000
const minutes = 60 * seconds

/** Work in the database, with at most a short look outside. At least four minutes of tries. */
const claim = {
  attempts: 10,
  backoff: { baseMs: 1 * seconds, capMs: 10 * minutes },
  timeOutMs: 30 * seconds,
  concurrency: 16,
} as const satisfies DeliveryPolicy

/** Emails. What Notify's own limits let through is asked for no faster. */
const email = {
  attempts: 16,
  backoff: { baseMs: 1 * seconds, capMs: 60 * minutes },
  timeOutMs: 30 * seconds,
  concurrency: 16,
  upstream: 'notify',
} as const satisfies DeliveryPolicy

/** Jobs over many claims. */
const job = {
  attempts: 10,
  backoff: { baseMs: 5 * seconds, capMs: 10 * minutes },
  timeOutMs: 10 * minutes,
  concurrency: 1,
} as const satisfies DeliveryPolicy

/** What the chat is told. It waits its turn, one message a minute by all replicas together: longer than that. */
const chat = {
  attempts: 16,
  backoff: { baseMs: 5 * seconds, capMs: 15 * minutes },
  timeOutMs: 30 * minutes,
  concurrency: 16,
  upstream: 'chat',
} as const satisfies DeliveryPolicy

/** The delivery policy of every handler, by its consumer's name. `docs/policies.md` shows them in one table. */
export const policies = {
  'complete-claim': claim,
  'take-in-response': claim,
  'approve-claim': claim,
  'approve-waiting-claims': job,
  /** The benefit checker itself waits up to 90 seconds for DWP, and may be out for hours. */
  'check-benefit': {
    attempts: 16,
    backoff: { baseMs: 1 * seconds, capMs: 60 * minutes },
    timeOutMs: 100 * seconds,
    concurrency: 16,
    upstream: 'benefit-checker',
  },
  /** Of Notify's 3,000 requests a minute a tenth is left to its look-ups and to the other handlers. */
  'send-email': { ...email, rateLimit: { max: 2_700, everyMs: 1 * minutes } },
  'recover-reference': { ...email, rateLimit: { max: 100, everyMs: 1 * minutes } },
  /** The helpdesk knows a repeated ticket for two hours: all tries together take less. */
  'raise-ticket': {
    attempts: 16,
    backoff: { baseMs: 1 * seconds, capMs: 15 * minutes },
    timeOutMs: 30 * seconds,
    concurrency: 4,
    upstream: 'helpdesk',
  },
  'remind-of-evidence': job,
  'remind-of-information': job,
  'mark-overpayments': job,
  'clean-up-external-data': job,
  'reject-silent-claims': job,
  'archive-old-claims': job,
  'archive-claim': claim,
  /** As a job, but for a day: it must end by itself when the document store comes back after hours. */
  'pay-claims': { ...job, attempts: 150, upstream: 'document-store' },
  'clean-up-payment-files': job,
  /** Held here until their digest is posted, so many at once: a storm is one message. Headers only, a few hundred bytes. */
  'announce-dead-letters': { ...chat, concurrency: 1_000 },
  'announce-missed-jobs': chat,
  'record-exhausted': claim,
  'prune-records': job,
} as const satisfies Record<string, DeliveryPolicy>

export type HandlerName = keyof typeof policies

export const isHandlerName = (name: string): name is HandlerName => Object.hasOwn(policies, name)
