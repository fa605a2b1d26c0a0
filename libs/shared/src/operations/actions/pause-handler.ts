import { z } from 'zod'
import { action } from './action.js'
import { handlerName } from './handler-name.js'

/** Stops a handler in all replicas until it is resumed: its messages wait and lose no attempt. */
export const pauseHandler = action({
  title: 'pause a handler',
  role: 'operator',
  input: z.strictObject({ handler: handlerName }),
  target: ({ handler }) => handler,
  async run({ handler }, { control }, { dryRun, reason = 'by an operator' }) {
    const before = (await control.states()).paused.some((each) => each.handler === handler)
    if (!dryRun) await control.pause(handler, reason)
    return { handler, paused: true, before, reason }
  },
  words: ({ handler, reason }) => `${handler} is paused: ${reason}`,
})
