/** An event that is to be queued. */
export interface ToQueue {
  readonly EventId: number
  readonly Event: string
}

export interface Subscription {
  readonly EndpointId: number
  readonly Event: string
}

/** An event's place at an endpoint. */
export interface Queued {
  readonly EndpointId: number
  readonly Sequence: number
  readonly EventId: number
}

/** Each event behind those before it, at each endpoint that subscribed to it. */
export function queued(
  events: readonly ToQueue[],
  endpoints: readonly { readonly EndpointId: number; readonly LastSequence: number }[],
  subscriptions: readonly Subscription[],
): Queued[] {
  return endpoints.flatMap(({ EndpointId, LastSequence }) => {
    const wanted = new Set(
      subscriptions.filter((each) => each.EndpointId === EndpointId).map(({ Event }) => Event),
    )
    return events
      .filter(({ Event }) => wanted.has(Event))
      .map(({ EventId }, place) => ({ EndpointId, EventId, Sequence: LastSequence + place + 1 }))
  })
}
