import { messages, subjects, type Message, type WebhookDeliveryMessage } from '#shared/contracts'
import { changeEndpoint, retryDeliveries, sendTest } from '#shared/operations'
import { EventQueue } from '../../../apps/webhook-sender/src/queue-webhook-events/event-queue.repository.js'
import type { SecretRegistry } from '../../../apps/webhook-sender/src/secrets/secret-registry.service.js'
import type { Answer } from '../../../apps/webhook-sender/src/send-webhook/answer.rules.js'
import { Deliveries } from '../../../apps/webhook-sender/src/send-webhook/deliveries.repository.js'
import { EndpointLeases } from '../../../apps/webhook-sender/src/send-webhook/endpoint-leases.repository.js'
import { OneRequest } from '../../../apps/webhook-sender/src/send-webhook/one-request.js'
import { SendWebhookHandler } from '../../../apps/webhook-sender/src/send-webhook/send-webhook.handler.js'
import type {
  WebhookClient,
  WebhookRequest,
} from '../../../apps/webhook-sender/src/send-webhook/webhook.client.js'
import { WebhookSenderSettings } from '../../../apps/webhook-sender/src/webhook-sender.settings.js'
import type { Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { handled, inboxOf, unitOfWorkOf } from './deeds.js'
import type { Deed, Place, Rest } from './playground.js'

const endpointId = 3
const name = 'statistics'
const address = 'https://example.org/'
export const otherAddress = 'https://example.org/other'
const earlier = '2024-03-13 10:00:00'
/** By which the first is due. */
const dueBy = `webhook.${endpointId}.1.1>${subjects.webhookDeliveryDue}`

const event = (EventId: number, columns: Row = {}): Row => ({
  ...{ EventId, WebhookId: `evt_${EventId}`, Event: 'claim.paid', Data: '{}', DateOccurred: earlier },
  ...columns,
})
const delivery = (Sequence: number, columns: Row = {}): Row => ({
  ...{ EndpointId: endpointId, Sequence, EventId: Sequence, State: 'QUEUED', Run: 0, DateQueued: earlier },
  ...columns,
})

/** An endpoint with one delivery due and one behind it, and an event that is not queued yet. */
export const endpointWithDue: Rows = {
  'AsyncSchema.WebhookEndpoint': [
    {
      ...{ EndpointId: endpointId, Name: name, Address: address, Secret: 'first' },
      ...{ WithToken: false, State: 'ACTIVE', LastSequence: 2, DateCreated: earlier, DateChanged: earlier },
    },
  ],
  'AsyncSchema.WebhookSubscription': [{ EndpointId: endpointId, Event: 'claim.paid' }],
  'AsyncSchema.WebhookEvent': [
    event(1, { DateQueued: earlier }),
    event(2, { DateQueued: earlier }),
    event(3),
  ],
  'AsyncSchema.WebhookDelivery': [
    delivery(1, { State: 'DUE', Run: 1, MessageId: dueBy, DateDue: earlier }),
    delivery(2),
  ],
  'AsyncSchema.Outbox': [
    {
      ...{ MessageId: dueBy, Subject: subjects.webhookDeliveryDue, State: 'PUBLISHED', Attempts: 0 },
      ...{ Body: `{"endpointId":${endpointId},"sequence":1}`, DateCreated: earlier, DateLastHeard: earlier },
    },
  ],
}

const settings = new WebhookSenderSettings({ LOOPBACK_ALLOWED: 'true' })

type Noted = (place: Place, request: string) => void

/** Sent once, however often it is asked for. */
const once: Noted = (place, request) => place.note(request)

/** An operator may have it sent again, as it was or elsewhere, while it is under way: but nothing behind what follows it. */
const perhapsAgain: Noted = (place, request) => {
  const isBehind =
    request.startsWith('1 ') && [address, otherAddress].some((to) => place.hasNoted(`2 to ${to}`))
  place.noteEarly(isBehind ? `${request}, behind the second` : request)
}

/** The handler, with a receiver that answers so. */
function senderOf(place: Place, answer: Answer, noted: Noted): SendWebhookHandler {
  const { connection, clock, log } = place
  const deliveries = new Deliveries(connection, inboxOf(place), clock)
  const client = {
    async post({ address: to, body }: WebhookRequest) {
      await place.outside()
      noted(place, `${(JSON.parse(body) as { sequence: number }).sequence} to ${to}`)
      return answer
    },
  } as unknown as WebhookClient
  const secrets = { find: () => Promise.resolve([{ signing: Buffer.alloc(24), token: undefined }]) }
  const registry = secrets as unknown as SecretRegistry
  const request = new OneRequest(new EndpointLeases(connection), registry, client, settings, clock)
  return new SendWebhookHandler(deliveries, request, unitOfWorkOf(place), settings, clock, log)
}

const messageOf = (id: string) => ({
  ...{ id, consumer: 'send-webhook', subject: subjects.webhookDeliveryDue, asksFirst: true as const },
})

/** What is due is sent, and answered so. */
export const sends = (answer: Answer, sender = 'a sender', noted = once): Deed =>
  handled(`${sender} is answered ${answer.kind}`, messageOf(dueBy), (place, message) =>
    senderOf(place, answer, noted).handle({ endpointId, sequence: 1 }, message),
  )

/** The same, where operators tend the endpoint meanwhile. */
export const sendsAmid = (answer: Answer): Deed => sends(answer, 'a sender', perhapsAgain)

/** Few enough that what comes round for ever is found. */
const mostMessages = 10

/** Everything that is owed is sent, and taken: by then it makes no difference by which message, and in which run. */
export const allIsSent: Rest = {
  deed: {
    name: 'all is sent',
    async do(place) {
      for (let count = 0; count < mostMessages; count++) {
        const owed = await place.connection.db
          .selectFrom('AsyncSchema.Outbox')
          .select(['MessageId', 'Body'])
          .where('Subject', '=', subjects.webhookDeliveryDue)
          .where('DateEnded', 'is', null)
          .orderBy('OutboxId')
          .executeTakeFirst()
        if (!owed) return
        const body = JSON.parse(owed.Body) as WebhookDeliveryMessage
        await handled('', messageOf(owed.MessageId), (there, message) =>
          senderOf(there, { kind: 'delivered' }, perhapsAgain).handle(body, message),
        ).do(place)
      }
      place.note('something is owed for ever')
    },
  },
  columns: {
    AsyncSchema_WebhookEndpoint: ['Name', 'Address', 'Secret', 'State', 'StateReason', 'DateBusyUntil'],
    AsyncSchema_WebhookSubscription: ['EndpointId', 'Event'],
    AsyncSchema_WebhookDelivery: ['EndpointId', 'Sequence', 'State', 'LastReason'],
  },
}

export const queuesEvents = (id: string): Deed => ({
  name: `events are queued by ${id}`,
  do: (place) =>
    unitOfWorkOf(place).run<Message>({ id, consumer: 'queue-webhook-events' }, async (work) => {
      const { due } = await new EventQueue().queue(work)
      for (const next of due) work.owe(messages.webhookDeliveryDue, next.name, next.body)
    }),
})

const at = ({ clock }: Place) => ({ now: clock.now(), dryRun: false, reason: 'to see' })

export const changesEndpoint = (change: Omit<Parameters<typeof changeEndpoint>[1], 'name'>): Deed => ({
  name: `an operator says ${JSON.stringify(change)}`,
  do: (place) => changeEndpoint(place.connection, { name, ...change }, at(place)),
})

export const retriesFrom = (from?: number): Deed => ({
  name: `an operator has it tried again${from === undefined ? '' : ` from ${from}`}`,
  do: (place) => retryDeliveries(place.connection, { name, from }, at(place)),
})

export const sendsTest: Deed = {
  name: 'an operator sends a test',
  do: (place) => sendTest(place.connection, name, at(place)),
}
