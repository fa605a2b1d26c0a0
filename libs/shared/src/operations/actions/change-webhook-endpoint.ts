import { z } from 'zod'
import {
  changeEndpoint,
  endpointAddress,
  endpointName,
  reasonOf,
  secretName,
  subscribedEvents,
} from '../webhooks/index.js'
import { action } from './action.js'

/** Changes what is given of an endpoint; pauses it, lets it go on, or ends it for good. */
export const changeWebhookEndpoint = action({
  title: 'change a webhook endpoint',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({
    name: endpointName,
    address: endpointAddress.optional(),
    events: subscribedEvents.optional(),
    secret: secretName.optional(),
    /** A second one that is valid, too; null: no more. */
    otherSecret: secretName.nullable().optional(),
    token: z.boolean().optional(),
    state: z.enum(['active', 'paused', 'ended']).optional(),
  }),
  target: ({ name }) => `webhook endpoint ${name}`,
  run: (input, { connection, clock }, { dryRun, reason }) =>
    changeEndpoint(connection, input, { now: clock.now(), dryRun, reason: reasonOf(reason) }),
  words: ({ endpoint, state }) => `changed: webhook endpoint ${endpoint}, ${state.toLowerCase()}`,
})
