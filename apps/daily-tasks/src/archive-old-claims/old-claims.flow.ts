import { messages } from '#shared/contracts'
import { defineFlow } from '#shared/flows'

/** Claims that were reviewed long ago go to the archive, each by itself; then it is said what became of them. */
export const oldClaimsFlow = defineFlow({
  name: 'archive-old-claims',
  steps: [
    { name: 'archive', message: messages.oldClaimsQueueingDue },
    { name: 'report', message: messages.oldClaimsReportDue },
  ],
})
