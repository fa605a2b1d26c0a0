import { z } from 'zod'
import { messages } from '#shared/contracts'
import { defineFlow } from '#shared/flows'

/** The register is checked, and each prison that it changes looked at; then all is taken over at once, and said. */
export const prisonRegisterFlow = defineFlow({
  name: 'prison-register',
  steps: [
    { name: 'check', message: messages.prisonRegisterCheckDue },
    { name: 'report', message: messages.prisonRegisterReportDue },
  ],
})

/** What an import is about: the tag of the file that it has read, or, before it has, of the one it was begun for. */
export const importInput = z.object({ tag: z.string() })
