import { deliveryState, endpointState } from '#shared/contracts'
import type { ActionName, DeliveryStanding, EndpointStanding } from '#shared/operations'
import { timeText } from '../text.js'
import type { Cell } from './table.js'

const { active, paused, ended } = endpointState
const colours: Readonly<Record<string, string>> = {
  [active]: 'green',
  [paused]: 'yellow',
  [deliveryState.delivered]: 'green',
  [deliveryState.refused]: 'red',
  [deliveryState.due]: 'blue',
}
const tagged = (text: string, hint: string | null = null): Cell => ({
  ...{ text: text.toLowerCase(), tag: colours[text] ?? 'grey' },
  ...(hint === null ? {} : { hint }),
})

const stateCell = ({ state, reason, due }: EndpointStanding): Cell =>
  due?.isHeld ? { text: 'held', tag: 'red', hint: due.reason ?? '' } : tagged(state, reason)

export const endpointHeadings = ['Endpoint', 'State', 'Queued', 'Delivered', 'Refused', 'Due', 'Since']

export const endpointRows = (endpoints: readonly EndpointStanding[]): Cell[][] =>
  endpoints.map((each) => [
    { text: each.endpoint, href: `/webhooks/${each.endpoint}` },
    ...[stateCell(each), each.deliveries.QUEUED, each.deliveries.DELIVERED, each.deliveries.REFUSED],
    ...[each.due?.sequence ?? '', timeText(each.due?.since ?? null)],
  ])

/** What a person can do about it, as it stands. */
function possible({ endpoint: name, state }: EndpointStanding) {
  const say = (text: string, action: ActionName, more: object = {}) => ({
    ...{ text, name: action, input: { name, ...more } },
  })
  const change = (text: string, to: string) => say(text, 'change-webhook-endpoint', { state: to })
  const otherwise = (text: string) => ({ ...say(text, 'change-webhook-endpoint'), way: 'form' })
  if (state === ended) return [otherwise('Take it up again')]
  if (state === paused)
    return [change('Let it go on', 'active'), otherwise('Change it'), change('End it', 'ended')]
  return [
    say('Send a test event', 'test-webhook-endpoint'),
    say('Try again now', 'retry-webhook-deliveries'),
    ...[otherwise('Change it'), change('Pause it', 'paused'), change('End it', 'ended')],
  ]
}

/** @param chosen the state of the deliveries that are shown; all by default */
export const endpointView = (each: EndpointStanding, chosen: string | undefined) => ({
  ...{ endpoint: each.endpoint, address: each.address, state: stateCell(each) },
  ...{ events: each.events.join(', '), secrets: each.secrets.join(', '), token: each.token ? 'yes' : 'no' },
  ...{ changed: timeText(each.changed), actions: possible(each) },
  due: each.due === null ? null : dueText(each.due),
  states: {
    links: [
      { text: 'all', href: `/webhooks/${each.endpoint}`, label: 'all deliveries' },
      ...Object.values(deliveryState).map((state) => ({
        text: `${state.toLowerCase()} (${each.deliveries[state]})`,
        href: `/webhooks/${each.endpoint}?state=${state}`,
      })),
    ],
  },
  caption: chosen === undefined ? 'The newest deliveries' : `The newest that are ${chosen.toLowerCase()}`,
})

const dueText = ({ sequence, since, failedTries, reason, isHeld }: NonNullable<EndpointStanding['due']>) =>
  `number ${sequence}, since ${timeText(since)}, ${failedTries} tries failed` +
  `${reason === null ? '' : `: ${reason}`}${isHeld ? '. It is a dead letter, and all behind it wait' : ''}`

export const deliveryHeadings = ['Number', 'Event', 'State', 'Occurred', 'Ended', 'Id', 'Again']

export const deliveryRows = (
  { endpoint: name, state: of }: EndpointStanding,
  deliveries: readonly DeliveryStanding[],
): Cell[][] =>
  deliveries.map(({ sequence, event, state, reason, occurred, ended: end, webhookId }) => [
    ...[sequence, event, tagged(state, reason), timeText(occurred), timeText(end), webhookId],
    of === active && end !== null
      ? {
          text: 'from here',
          href: `/do/retry-webhook-deliveries?input=${encodeURIComponent(JSON.stringify({ name, from: sequence }))}`,
          label: `from here: number ${sequence}`,
        }
      : '',
  ])
