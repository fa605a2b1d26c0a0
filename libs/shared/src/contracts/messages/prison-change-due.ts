import { prisonChangeBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const prisonChangeDue = {
  subject: 'registers.prison-change-due',
  stream: 'CLAIMS',
  body: prisonChangeBody,
  title: 'A prison has changed in the register',
  summary:
    'Look at what the register says of the prison, and take it in. It holds once the whole import is taken over.',
} as const satisfies MessageDefinition
