import { z } from 'zod'
import { callableEndpoints } from '../../http/index.js'
import { mustBeCallable } from '../address-input.js'
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
  async run(input, { connection, clock, env }, { dryRun, reason }) {
    mustBeCallable(input, 'address', callableEndpoints, env)
    return changeEndpoint(connection, input, { now: clock.now(), dryRun, reason: reasonOf(reason) })
  },
  words: ({ endpoint, state }) => `changed: webhook endpoint ${endpoint}, ${state.toLowerCase()}`,
})
