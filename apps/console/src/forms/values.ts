import type { About, Field, Values } from './form.js'

type Said = Readonly<Record<string, unknown>>

const textOf = (given: unknown): string => (typeof given === 'string' ? given.trim() : '')
const textsOf = (given: unknown): string[] =>
  [given].flat().filter((each): each is string => typeof each === 'string' && each !== '')

/** What was typed into a form, whatever was sent. */
export const typedIn = (fields: readonly Field[], body: Said): Values =>
  each(fields, ({ name, kind }) => (kind === 'some' ? textsOf(body[name]) : textOf(body[name])))

/** An action's input, as far as fields say it, as it is typed; what it does not say is left out. */
export const valuesOf = (fields: readonly Field[], input: Said): Values =>
  each(
    fields.filter(({ name }) => input[name] !== undefined),
    ({ name, kind }) => {
      if (kind === 'some') return textsOf(input[name])
      if (kind === 'yes') return input[name] === true ? 'yes' : ''
      return textOf(input[name])
    },
  )

/** The same for people: labels, and what is said under each. */
export function wordsOf(fields: readonly Field[], input: Said): [string, string][] {
  const values = valuesOf(fields, input)
  return fields
    .filter(({ name }) => values[name] !== undefined)
    .map(({ name, label, kind }) => [
      label,
      [values[name]].flat().join(', ') || (kind === 'yes' ? 'no' : 'none'),
    ])
}

/** What is said by it: of what is changed only that which is other than it was shown, so that nobody undoes what they never saw. */
export function inputOf({ fixed, fields, is, isWhole }: About, typed: Values, shown: Values): Said {
  const said = fields.filter(({ name }) => !isSame(typed[name], shown[name]))
  const all = isWhole ? { ...is, ...typed, ...kept(fields, said, is) } : typed
  const told = isWhole ? fields : said
  return { ...fixed, ...each(told, (field) => saidBy(field, all[field.name])) }
}

/** What was typed is what was shown. */
export const isUnchanged = (fields: readonly Field[], typed: Values, shown: Values): boolean =>
  fields.every(({ name }) => isSame(typed[name], shown[name]))

const kept = (fields: readonly Field[], said: readonly Field[], is: Values): Values =>
  each(
    fields.filter((field) => !said.includes(field) && is[field.name] !== undefined),
    ({ name }) => is[name] ?? '',
  )

function saidBy({ kind, mayBeNone }: Field, value: Values[string] = ''): unknown {
  if (kind === 'yes') return value === 'yes'
  return mayBeNone && value === '' ? null : value
}

const isSame = (one: Values[string] = '', other: Values[string] = ''): boolean =>
  [one].flat().toSorted().join() === [other].flat().toSorted().join()

const each = <T>(fields: readonly Field[], of: (field: Field) => T): Record<string, T> =>
  Object.fromEntries(fields.map((field) => [field.name, of(field)]))
