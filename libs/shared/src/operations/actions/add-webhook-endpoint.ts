import { z } from 'zod'
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
  run: (input, { connection, clock }, { dryRun, reason }) =>
    addEndpoint(connection, input, { now: clock.now(), dryRun, reason: reasonOf(reason) }),
  words: ({ endpoint }) => `added: webhook endpoint ${endpoint}`,
})
