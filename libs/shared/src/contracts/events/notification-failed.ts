import { z } from 'zod'
import { channels, failedStates } from '../notifications.js'
import { claimIds } from './claim-ids.js'
import type { EventDefinition } from './event.js'

export const notificationFailed = {
  name: 'notification.failed',
  data: z.strictObject({
    channel: z.enum(channels),
    /** A key of the file of templates, or the name of a template's setting. */
    template: z.string().regex(/^[\w.-]{1,100}$/),
    state: z.enum(failedStates),
    /** Absent where it was about none. */
    claim: z.strictObject(claimIds).optional(),
  }),
  example: { channel: 'email', template: 'decided', state: 'permanent-failure' },
  title: 'An email or a text message reached nobody, and will not',
} as const satisfies EventDefinition
