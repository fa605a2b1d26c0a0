import { z } from 'zod'
import type { EventDefinition } from './event.js'

/** Nobody subscribes to it: an operator has it sent to one endpoint. */
export const webhookTest = {
  name: 'webhook.test',
  data: z.strictObject({}),
  example: {},
  title: 'An operator tries whether an endpoint is there',
} as const satisfies EventDefinition
