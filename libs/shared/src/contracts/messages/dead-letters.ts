import { foreignBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

/** All of them, whoever gave up: see `deadLetterSubject`. */
export const deadLetters = {
  subject: 'dead-letters.>',
  stream: 'DEAD_LETTERS',
  body: foreignBody,
  title: 'A message that was given up on',
  summary: 'The body is the original’s, byte by byte: it may be an outsider’s, and no JSON.',
} as const satisfies MessageDefinition
