import { z } from 'zod'
import { OwnError } from '../logging/index.js'
import { factsOf, setting, type SettingFacts, type SettingsGroup } from './setting.js'

/** The environment variables a service reads; passed in, so that tests can have their own. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Settings are missing or malformed. Its message names the variables, never a value. */
export class SettingsError extends OwnError {
  override readonly name = 'SettingsError'
}

const givenIn = (env: Environment): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))

/**
 * The settings a schema asks for, from the environment. An empty value counts as absent, so that the default
 * holds.
 * @throws SettingsError naming every variable that is missing or malformed, in one line
 */
export function readSettings<T extends z.ZodObject>(schema: T, env: Environment): z.infer<T> {
  const result = schema.safeParse(givenIn(env))
  if (result.success) return result.data
  throw new SettingsError(`settings: ${problemsIn(schema, env).join(', ')}`)
}

/**
 * Holds the environment against all that will be asked of it, before anything of it is used.
 * @throws SettingsError naming every variable that is missing, malformed or mistyped, in one line
 */
export function checkSettings(groups: readonly SettingsGroup[], env: Environment): void {
  const asked = groups.filter(({ when }) => when?.(givenIn(env)) ?? true)
  const names = new Set(groups.flatMap(({ schema }) => Object.keys(schema.shape)))
  const problems = [...asked.flatMap(({ schema }) => problemsIn(schema, env)), ...mistyped(names, env)]
  if (problems.length) throw new SettingsError(`settings: ${[...new Set(problems)].join(', ')}`)
}

function problemsIn(schema: z.ZodObject, env: Environment): string[] {
  const given = givenIn(env)
  const names = new Set(schema.safeParse(given).error?.issues.map((issue) => issue.path.join('.')))
  return [...names].map((name) => {
    if (!(name in given)) return `${name} is missing`
    const { form } = factsOf(schema.shape[name] as z.ZodType)
    return form === undefined ? `${name} is malformed` : `${name} is malformed: ${form} is expected`
  })
}

/** Names of nobody's that are as good as one of these: what they were to say would not be heard. */
const mistyped = (names: ReadonlySet<string>, env: Environment): string[] =>
  Object.keys(givenIn(env))
    .filter((name) => !names.has(name))
    .flatMap((name) => {
      const meant = [...names].find((each) => isNear(name, each))
      return meant === undefined ? [] : [`${name} is not known: ${meant} is`]
    })

/** Shorter ones may be anybody's. */
const shortest = 8

/** Whether one letter too many, too few or wrong makes the difference, or two that changed places. */
export function isNear(name: string, other: string): boolean {
  if (name.length < shortest || Math.abs(name.length - other.length) > 1) return false
  let start = 0
  while (start < name.length && name[start] === other[start]) start++
  const [rest, wanted] = [name.slice(start), other.slice(start)]
  return (
    rest.slice(1) === wanted.slice(1) ||
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    (rest.slice(2) === wanted.slice(2) && rest[0] === wanted[1] && rest[1] === wanted[0])
  )
}

/** `true` or `false`, with a default. */
export const flag = (fallback: boolean, facts: SettingFacts = {}) =>
  setting(
    z
      .enum(['true', 'false'])
      .default(fallback ? 'true' : 'false')
      .transform((value) => value === 'true'),
    { form: '`true` or `false`', ...facts },
  )

/** A whole number, nought or more, with a default. */
export const wholeNumber = (fallback: number, facts: SettingFacts = {}) =>
  setting(z.string().regex(/^\d+$/).default(String(fallback)).transform(Number), {
    form: 'a whole number',
    ...facts,
  })

/** A whole number within bounds, with a default. */
export const wholeNumberIn = (from: number, to: number, fallback: number, facts: SettingFacts = {}) =>
  setting(
    z.string().regex(/^\d+$/).default(String(fallback)).transform(Number).pipe(z.number().min(from).max(to)),
    { form: `a whole number from ${from} to ${to}`, ...facts },
  )

/** An amount or a percentage with up to two decimals, in hundredths: `0.20` pounds are 20 pence. */
export const hundredths = (fallback: string, facts: SettingFacts = {}) =>
  setting(
    z
      .string()
      .regex(/^\d+(\.\d{1,2})?$/)
      .default(fallback)
      .transform((value) => Math.round(Number(value) * 100)),
    { form: 'a number with up to two decimals', ...facts },
  )

/** A text that may be missing. */
export const optionalText = (facts: SettingFacts = {}) => setting(z.string().optional(), facts)

/** A text that must be there. */
export const text = (facts: SettingFacts = {}) => setting(z.string(), facts)

/** A text with a default. */
export const textOr = (fallback: string, facts: SettingFacts = {}) =>
  setting(z.string().default(fallback), facts)
