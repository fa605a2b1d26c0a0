import type { About, Values } from './form.js'

/** What is wrong with what was typed, in words that begin with what it is about; `at`: a field's name. */
export interface Wrong {
  readonly at?: string
  readonly words: string
}

const idOf = (name: string) => `field-${name}`

/** The fields with what is in them, and what is wrong with each. */
export function formView({ fields, subject, note }: About, values: Values, wrongs: readonly Wrong[]) {
  const shown = fields.map(({ name, label, hint, kind, options = [] }) => {
    const value = values[name] ?? ''
    return {
      ...{ name, label, hint, kind, value, id: idOf(name) },
      wrong: wrongs.find(({ at }) => at === name)?.words,
      options: options.map((text, place) => ({
        ...{ text, isChosen: [value].flat().includes(text) },
        id: place === 0 ? idOf(name) : `${idOf(name)}-${place + 1}`,
      })),
    }
  })
  const named = new Set(fields.map(({ name }) => name))
  const errors = wrongs.map(({ at, words }) => ({
    words,
    ...(at !== undefined && named.has(at) ? { href: `#${idOf(at)}` } : {}),
  }))
  return { fields: shown, errors, subject, note }
}
