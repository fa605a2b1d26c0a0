import { taskBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const subjectChanged = {
  subject: 'provisioning.subject-changed',
  stream: 'NOTIFICATIONS',
  body: taskBody,
  task: { name: 'SUBJECT-CHANGED', schema: 'IntSchema', dataGoes: true },
  fromWebApps: 'only-with-task',
  handedOver: {
    name: 'subjectChanged',
    by: 'internal',
    takes: {
      words:
        '`kind` (user, role, organisation), `id`, and `state`: all that is so of it now, or `absent` where it is no more',
    },
  },
  title: 'A user, a role or an organisation has changed',
  summary:
    'Write down what is so of it now, as the Task row’s data says, and have each target told for which that is something new.',
} as const satisfies MessageDefinition
