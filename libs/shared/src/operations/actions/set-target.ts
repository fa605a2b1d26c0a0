import { z } from 'zod'
import { subjectKinds, targetFormats } from '../../contracts/index.js'
import { callableTargets } from '../../http/index.js'
import { Targets } from '../../provisioning/index.js'
import { addressInput, mustBeCallable } from '../address-input.js'
import { setTarget as set } from '../targets/change-target.js'
import { action } from './action.js'
import { targetName } from './target-name.js'

/** As the row of a target takes it. */
const mostCharacters = 400

/** How a system is told. */
export const targetGiven = z.strictObject({
  /** Where it describes itself. */
  wsdl: addressInput(callableTargets, mostCharacters),
  format: z.enum(targetFormats, `must be one of ${targetFormats.join(', ')}`),
  kinds: z
    .array(z.enum(subjectKinds))
    .min(1, 'must have at least one')
    .refine((kinds) => new Set(kinds).size === kinds.length, 'must have each but once'),
  /** By which name its user name and password are in the provisioner's file. */
  credentials: targetName.nullable().default(null),
  /** Whether requests say where they go and what they want: WS-Addressing. */
  addressed: z.boolean().default(false),
})

/** Sets a system up that is to be told, or says anew how one is told. */
export const setTarget = action({
  title: 'set up a target',
  role: 'operator',
  needsReason: true,
  input: targetGiven.extend({
    target: targetName,
    /** Whether it is to be a new one; left out: whichever it is. */
    isNew: z.boolean().optional(),
  }),
  // What was shown as a new one changes none that somebody else has set up meanwhile.
  async bounded(input, { connection }) {
    return { isNew: (await new Targets(connection).named(input.target)) === undefined, ...input }
  },
  target: ({ target }) => target,
  async run({ target, isNew, ...given }, { connection, clock, env }, { dryRun }) {
    mustBeCallable(given, 'wsdl', callableTargets, env)
    return set(connection, target, given, { now: clock.now(), dryRun, isNew })
  },
  words({ target, added, held }) {
    if (held) return `changed, and is held: it is told once it is let go on: ${target}`
    return `${added ? 'set up' : 'changed'}, and is told of all that it has not confirmed: ${target}`
  },
})
