import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const notifyContactDetailsUpdated = {
  subject: 'notifications.contact-details-updated',
  stream: 'NOTIFICATIONS',
  body: claimBody,
  task: { name: 'UPDATED-CONTACT-DETAILS-CLAIM-NOTIFICATION', schema: 'IntSchema' },
  templates: ['UPDATE_CONTACT_DETAILS_EMAIL_TEMPLATE_ID'],
  fromWebApps: 'with-or-without-task',
  handedOver: {
    name: 'updatedContactDetailsNotification',
    by: 'internal',
    takes: 'ids-and-address',
    when: 'a claimant’s contact details were changed; one task tells one address',
    address: 'once for the old address, and once for the new one',
  },
  title: 'Tell a claimant that contact details have changed',
  summary: 'Send the email.',
} as const satisfies MessageDefinition
