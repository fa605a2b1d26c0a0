import type { DeliveryStanding, EndpointStanding } from '#shared/operations'
import { tableLines } from '../table.js'
import { toSeconds } from '../times.js'

export const endpointLines = (endpoints: readonly EndpointStanding[]): string[] =>
  tableLines(
    ['ENDPOINT', 'STATE', 'QUEUED', 'DELIVERED', 'REFUSED', 'DUE', 'SINCE', 'TRIES', 'WHY'],
    endpoints.map(({ endpoint, state, reason, deliveries, due }) => [
      ...[
        endpoint,
        due?.isHeld ? 'HELD' : state,
        deliveries.QUEUED,
        deliveries.DELIVERED,
        deliveries.REFUSED,
      ],
      ...[due?.sequence ?? null, due?.since ? toSeconds(due.since) : null],
      ...[due?.failedTries ?? null, due?.reason ?? reason],
    ]),
  )

export const detailLines = ({ address, events, secrets, token }: EndpointStanding): string[] => [
  `to ${address}, signed by ${secrets.join(' and ')}${token ? ', with a bearer token' : ''}`,
  `gets ${events.length ? events.join(', ') : 'nothing any more'}`,
]

export const deliveryLines = (deliveries: readonly DeliveryStanding[]): string[] =>
  deliveries.length
    ? tableLines(
        ['NUMBER', 'EVENT', 'ID', 'STATE', 'OCCURRED', 'ENDED', 'WHY'],
        deliveries.map(({ sequence, event, webhookId, state, occurred, ended, reason }) => [
          ...[sequence, event, webhookId, state, toSeconds(occurred), ended && toSeconds(ended), reason],
        ]),
      )
    : ['nothing was queued there yet']
