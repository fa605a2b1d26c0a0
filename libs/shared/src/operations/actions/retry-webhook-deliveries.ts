import { z } from 'zod'
import { rowId } from '../../contracts/index.js'
import { endpointName, reasonOf, retryDeliveries } from '../webhooks/index.js'
import { action } from './action.js'

/** Tries an endpoint now; or sends all from a number on once more, each under the id that it had. */
export const retryWebhookDeliveries = action({
  title: 'try a webhook endpoint again',
  role: 'operator',
  input: z.strictObject({ name: endpointName, from: rowId.optional() }),
  target: ({ name, from }) => `webhook endpoint ${name}${from === undefined ? '' : ` from ${from}`}`,
  run: (input, { connection, clock }, { dryRun, reason }) =>
    retryDeliveries(connection, input, { now: clock.now(), dryRun, reason: reasonOf(reason) }),
  words: ({ endpoint, deliveries }) => `tried again: ${deliveries} at webhook endpoint ${endpoint}`,
})
