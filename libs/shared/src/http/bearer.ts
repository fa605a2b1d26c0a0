import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { setting, type SettingFacts } from '../config/index.js'

const token = z.string().regex(/^\S{10,}$/)

/** The token of whoever asks us; while it is changed two are valid, so that nobody has to change it at the same moment. */
export const bearerTokens = (facts: SettingFacts) =>
  setting(
    z
      .string()
      .transform((text) => text.split(',').map((each) => each.trim()))
      .pipe(z.array(token).max(2))
      .optional(),
    { form: 'one of at least 10 characters, or two with a comma between', place: 'secrets', ...facts },
  )

/** Whether it is one of the tokens that were agreed on: a wrong one takes as long whichever letter is wrong. */
export function isBearer(authorization: string | undefined, tokens: readonly string[]): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  const known = tokens.map((each) => timingSafeEqual(digest(given), digest(each)))
  return known.includes(true)
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
