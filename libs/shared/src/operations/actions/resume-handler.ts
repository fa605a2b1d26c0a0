import { z } from 'zod'
import { action } from './action.js'
import { handlerName } from './handler-name.js'

/** Lets a paused handler go on, with everything that has waited. */
export const resumeHandler = action({
  title: 'resume a handler',
  role: 'operator',
  input: z.strictObject({ handler: handlerName }),
  target: ({ handler }) => handler,
  async run({ handler }, { control }, { dryRun }) {
    const resumed = dryRun
      ? (await control.states()).paused.some((each) => each.handler === handler)
      : await control.resume(handler)
    return { handler, paused: false, resumed }
  },
  words: ({ handler, resumed }) => (resumed ? `${handler} goes on` : `${handler} was not paused`),
})
