import { claimIdBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const claimArchiveDue = {
  subject: 'claims.archive-due',
  stream: 'CLAIMS',
  body: claimIdBody,
  task: { name: 'ARCHIVE-CLAIM', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  handedOver: { name: 'archiveClaim', by: 'operators', takes: { words: '`claimId`' } },
  title: 'A claim is to be archived',
  summary: 'Copy every row of the claim to the archive database, count them there, then delete them.',
} as const satisfies MessageDefinition
