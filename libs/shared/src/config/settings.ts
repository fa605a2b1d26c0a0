import { z } from 'zod'
import { OwnError } from '../logging/index.js'

/** The environment variables a service reads; passed in, so that tests can have their own. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Settings are missing or malformed. Its message names the variables, never a value. */
export class SettingsError extends OwnError {
  override readonly name = 'SettingsError'
}

/**
 * The settings a schema asks for, from the environment. An empty value counts as absent, so that the default
 * holds.
 * @throws SettingsError naming every variable that is missing or malformed, in one line
 */
export function readSettings<T extends z.ZodType>(schema: T, env: Environment): z.infer<T> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const complaints = result.error.issues.map((issue) => {
    const name = issue.path.join('.')
    return name in given ? `${name} is malformed` : `${name} is missing`
  })
  throw new SettingsError(`settings: ${[...new Set(complaints)].join(', ')}`)
}

/** `true` or `false`, with a default. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true')

/** A whole number, nought or more, with a default. */
export const wholeNumber = (fallback: number) =>
  z.string().regex(/^\d+$/).default(String(fallback)).transform(Number)

/** An amount or a percentage with up to two decimals, in hundredths: `0.20` pounds are 20 pence. */
export const hundredths = (fallback: string) =>
  z
    .string()
    .regex(/^\d+(\.\d{1,2})?$/)
    .default(fallback)
    .transform((value) => Math.round(Number(value) * 100))
