import { z } from 'zod'
import { callableEndpoints } from '../../http/index.js'
import { mustBeCallable } from '../address-input.js'
import {
  addEndpoint,
  endpointAddress,
  endpointName,
  reasonOf,
  secretName,
  subscribedEvents,
} from '../webhooks/index.js'
import { action } from './action.js'

/** From now on another system is told of what happens. Its secret is in the file of secrets, and here by its name alone. */
export const addWebhookEndpoint = action({
  title: 'add a webhook endpoint',
  role: 'operator',
  needsReason: true,
  input: z.strictObject({
    name: endpointName,
    address: endpointAddress,
    events: subscribedEvents,
    secret: secretName,
    token: z.boolean().default(false),
  }),
  target: ({ name }) => `webhook endpoint ${name}`,
  async run(input, { connection, clock, env }, { dryRun, reason }) {
    mustBeCallable(input, 'address', callableEndpoints, env)
    return addEndpoint(connection, input, { now: clock.now(), dryRun, reason: reasonOf(reason) })
  },
  words: ({ endpoint }) => `added: webhook endpoint ${endpoint}`,
})
