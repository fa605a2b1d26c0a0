import { plainBody } from './bodies.js'
import type { MessageDefinition } from './message.js'

export const oldClaimsArchiveDue = {
  subject: 'claims.old-archive-due',
  stream: 'CLAIMS',
  body: plainBody,
  task: { name: 'ARCHIVE-OLD-CLAIMS', schema: 'IntSchema' },
  fromWebApps: 'with-or-without-task',
  handedOver: { name: 'archiveOldClaims', by: 'operators', takes: { words: 'nothing' } },
  title: 'Old claims are to be archived',
  summary: 'Have each claim archived that was reviewed long enough ago.',
} as const satisfies MessageDefinition
