import { z } from 'zod'
import { endpointName, reasonOf, sendTest } from '../webhooks/index.js'
import { action } from './action.js'

/** Sends an endpoint an event that says nothing, behind what it has to get before. */
export const testWebhookEndpoint = action({
  title: 'send a test event',
  role: 'operator',
  input: z.strictObject({ name: endpointName }),
  target: ({ name }) => `webhook endpoint ${name}`,
  run: ({ name }, { connection, clock }, { dryRun, reason }) =>
    sendTest(connection, name, { now: clock.now(), dryRun, reason: reasonOf(reason) }),
  words: ({ endpoint, sequence }) =>
    `queued: a test event, number ${sequence} at webhook endpoint ${endpoint}`,
})
