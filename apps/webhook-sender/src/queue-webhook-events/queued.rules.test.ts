import { describe, expect, it } from 'vitest'
import { queued } from './queued.rules.js'

const events = [
  { EventId: 5, Event: 'claim.paid' },
  { EventId: 6, Event: 'claim.decided' },
  { EventId: 9, Event: 'claim.paid' },
]

describe('events that are queued', () => {
  it('come behind what an endpoint has, in their order, where it subscribed to them', () => {
    const endpoints = [
      { EndpointId: 1, LastSequence: 0 },
      { EndpointId: 2, LastSequence: 40 },
      { EndpointId: 3, LastSequence: 7 },
    ]
    const subscriptions = [
      { EndpointId: 1, Event: 'claim.paid' },
      { EndpointId: 2, Event: 'claim.paid' },
      { EndpointId: 2, Event: 'claim.decided' },
      { EndpointId: 4, Event: 'claim.paid' },
    ]
    expect(queued(events, endpoints, subscriptions)).toEqual([
      { EndpointId: 1, Sequence: 1, EventId: 5 },
      { EndpointId: 1, Sequence: 2, EventId: 9 },
      { EndpointId: 2, Sequence: 41, EventId: 5 },
      { EndpointId: 2, Sequence: 42, EventId: 6 },
      { EndpointId: 2, Sequence: 43, EventId: 9 },
    ])
  })
})
