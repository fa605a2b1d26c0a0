import { fromLondon } from '#shared/clock'
import { deliveryState, endpointState, type WebhookDeliveryMessage } from '#shared/contracts'
import type { Kysely } from 'kysely'
import type { Database } from '#shared/database'

/** An event that is to be sent. */
export interface DueWebhook extends WebhookDeliveryMessage {
  readonly messageId: string
  /** What operators call it. */
  readonly endpoint: string
  readonly address: string
  readonly isPaused: boolean
  /** What its secrets are called. */
  readonly secrets: readonly string[]
  readonly withToken: boolean
  readonly webhookId: string
  readonly event: string
  readonly data: unknown
  readonly occurred: Date
  /** Since when it is tried in vain; absent where it was not tried yet. */
  readonly triedSince?: Date
}

/** An event for whose request its endpoint was taken. */
export interface Taken {
  readonly due: DueWebhook
  /** Until when, by the database's clock: nobody else has it until the same moment. */
  readonly taken: string
}

/** By what a delivery is known, and the message by which it is due. */
type Named = Pick<DueWebhook, 'endpointId' | 'sequence' | 'messageId'>

/** A delivery with all that is sent, if it is due by that message. */
export const dueRows = (db: Kysely<Database>, { endpointId, sequence, messageId }: Named) =>
  db
    .selectFrom('AsyncSchema.WebhookDelivery as d')
    .innerJoin('AsyncSchema.WebhookEndpoint as e', 'e.EndpointId', 'd.EndpointId')
    .innerJoin('AsyncSchema.WebhookEvent as v', 'v.EventId', 'd.EventId')
    .select(['e.Name', 'e.Address', 'e.State', 'e.Secret', 'e.OtherSecret', 'e.WithToken'])
    .select(['v.WebhookId', 'v.Event', 'v.Data', 'v.DateOccurred', 'd.DateFirstTried'])
    .where('d.EndpointId', '=', endpointId)
    .where('d.Sequence', '=', sequence)
    .where('d.State', '=', deliveryState.due)
    .where('d.MessageId', '=', messageId)

type DueRow = Awaited<ReturnType<ReturnType<typeof dueRows>['execute']>>[number]

export const dueOf = (row: DueRow, { endpointId, sequence, messageId }: Named): DueWebhook => ({
  ...{ endpointId, sequence, messageId },
  ...{ endpoint: row.Name, address: row.Address },
  isPaused: row.State === endpointState.paused,
  secrets: row.OtherSecret === null ? [row.Secret] : [row.Secret, row.OtherSecret],
  ...{ withToken: row.WithToken, webhookId: row.WebhookId, event: row.Event },
  data: JSON.parse(row.Data) as unknown,
  occurred: fromLondon(row.DateOccurred),
  ...(row.DateFirstTried === null ? {} : { triedSince: fromLondon(row.DateFirstTried) }),
})
