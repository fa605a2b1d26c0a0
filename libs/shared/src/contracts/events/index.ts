import type { z } from 'zod'
import { claimDecided } from './claim-decided.js'
import { claimPaid } from './claim-paid.js'
import { claimSubmitted } from './claim-submitted.js'
import type { EventDefinition } from './event.js'
import { notificationFailed } from './notification-failed.js'
import { paymentFilesWritten } from './payment-files-written.js'
import { prisonRegisterImported } from './prison-register-imported.js'
import { webhookTest } from './webhook-test.js'

export type { EventDefinition } from './event.js'

/** Every event that another system can subscribe to. */
export const events = {
  claimSubmitted,
  claimDecided,
  claimPaid,
  paymentFilesWritten,
  prisonRegisterImported,
  notificationFailed,
} as const satisfies Record<string, EventDefinition>

/** The one that is sent without a subscription. */
export const testEvent = webhookTest

export type Event = (typeof events)[keyof typeof events]
export type EventName = Event['name']
export type DataOf<Some extends Event> = z.infer<Some['data']>

export const eventNames = Object.values(events).map(({ name }) => name) as [EventName, ...EventName[]]
