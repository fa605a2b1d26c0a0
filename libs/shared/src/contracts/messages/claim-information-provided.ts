import { claimBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const claimInformationProvided = {
  subject: 'claims.information-provided',
  stream: 'CLAIMS',
  body: claimBody,
  task: { name: 'REQUEST-INFORMATION-RESPONSE', schema: 'ExtSchema' },
  fromWebApps: 'with-or-without-task',
  handedOver: {
    name: 'requestInformationResponse',
    by: 'external',
    takes: { words: 'ids, `message` if there is one' },
  },
  title: 'A claimant answered',
  summary:
    'Take in the documents, bank details and message of the answer; a claim that is new goes on to automatic approval.',
} as const satisfies MessageDefinition
