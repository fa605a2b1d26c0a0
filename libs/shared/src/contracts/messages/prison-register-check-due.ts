import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const prisonRegisterCheckDue = {
  subject: 'registers.prisons-check-due',
  stream: 'CLAIMS',
  body: plainBody,
  beginsStep: true,
  title: 'A prison register is to be checked',
  summary:
    'Fetch the register, check it, and ask for each prison that it changes to be taken in: the first step of a flow.',
} as const satisfies MessageDefinition
