import { prisonRegisterImportedBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** What came of an import of the prison register: for people. */
export const prisonRegisterImported = {
  subject: 'alerts.prison-register-imported',
  stream: 'ALERTS',
  body: prisonRegisterImportedBody,
  title: 'A prison register was imported, or refused',
  summary:
    'Tell the chat how many prisons an import has changed, how many it could not, or why it was refused.',
} as const satisfies MessageDefinition
