import { z } from 'zod'
import { subjectKinds, targetFormats } from '../../contracts/index.js'
import { setTarget as set } from '../targets/change-target.js'
import { action } from './action.js'
import { targetName } from './target-name.js'

/** An address is shown to people, and written down with the action: who signs in does so by the file of credentials. */
function saysNoSecret(text: string): boolean {
  if (!URL.canParse(text) || /\s/.test(text)) return false
  const { username, password, hash } = new URL(text)
  return !username && !password && !hash
}

/** How a system is told. */
export const targetGiven = z.strictObject({
  /** Where it describes itself. */
  wsdl: z
    .url({ protocol: /^https?$/ })
    .max(400)
    .refine(saysNoSecret),
  format: z.enum(targetFormats),
  kinds: z
    .array(z.enum(subjectKinds))
    .min(1)
    .refine((kinds) => new Set(kinds).size === kinds.length),
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
  input: targetGiven.extend({ target: targetName }),
  target: ({ target }) => target,
  run: ({ target, ...given }, { connection, clock }, { dryRun }) =>
    set(connection, target, given, { now: clock.now(), dryRun }),
  words: ({ target, added }) =>
    `${added ? 'set up' : 'changed'}, and is told of all that it has not confirmed: ${target}`,
})
