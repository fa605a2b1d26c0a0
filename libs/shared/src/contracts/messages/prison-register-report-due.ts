import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const prisonRegisterReportDue = {
  subject: 'registers.prisons-report-due',
  stream: 'CLAIMS',
  body: plainBody,
  beginsStep: true,
  title: 'Every change of a prison register has been looked at',
  summary:
    'Take over what was taken in, all at once, and say what came of the import: the last step of a flow.',
} as const satisfies MessageDefinition
