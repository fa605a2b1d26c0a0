import { messages } from '../contracts/index.js'
import { defineFlow } from '../flows/index.js'

/**
 * A target is told of all that it has not confirmed: a new one of everything, one that was held of what has changed since. Its
 * key is the target's number and how often it was filled. What fails holds the target, and not the flow: others go on.
 */
export const fillTargetFlow = defineFlow({
  name: 'fill-target',
  steps: [{ name: 'fill', message: messages.targetFillDue, holdAfter: 1_000_000 }],
})
