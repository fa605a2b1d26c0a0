import { z } from 'zod'
import { upstreamNames } from '../../contracts/index.js'
import { action } from './action.js'

/** Has an upstream that is out tried at once, whatever it asked for. */
export const tryUpstream = action({
  title: 'try an upstream now',
  role: 'operator',
  input: z.strictObject({ upstream: z.enum(upstreamNames) }),
  target: ({ upstream }) => upstream,
  async run({ upstream }, { control }, { dryRun }) {
    const out = dryRun
      ? (await control.states()).upstreams.some(({ name }) => name === upstream)
      : await control.tryNow(upstream)
    return { upstream, out }
  },
  words: ({ upstream, out }) => (out ? `${upstream} is tried now` : `${upstream} is not out`),
})
