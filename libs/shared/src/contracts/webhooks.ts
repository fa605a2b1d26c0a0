/** Whether an endpoint gets what it asked for. `ended`: it said that it is gone (410), or an operator did. */
export const endpointState = { active: 'ACTIVE', paused: 'PAUSED', ended: 'ENDED' } as const
export type EndpointState = (typeof endpointState)[keyof typeof endpointState]

/**
 * How far a delivery has come. `due`: the next one of its endpoint, whose message is owed. `refused`: the receiver refused
 * this one for good, and the next one followed. `cancelled`: its endpoint ended before.
 */
export const deliveryState = {
  queued: 'QUEUED',
  due: 'DUE',
  delivered: 'DELIVERED',
  refused: 'REFUSED',
  cancelled: 'CANCELLED',
} as const
export type DeliveryState = (typeof deliveryState)[keyof typeof deliveryState]

/** Each has a place of its own at the sender, so that a slow one keeps no other one waiting. */
export const mostEndpoints = 100
