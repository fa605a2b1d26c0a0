import { sections, variablesOf, type Variable } from '../settings/index.js'
import { table } from './pages.js'

/** The tables of docs/settings.md, by the section they stand in. */
export const settingTables = (): Record<string, string> =>
  Object.fromEntries(
    sections.map((section) => [
      section.name,
      table(['variable', 'default', ''], variablesOf(section).map(row)),
    ]),
  )

const row = (variable: Variable): string[] => [
  `\`${variable.name}\``,
  shownDefault(variable),
  (variable.facts.words ?? '').replaceAll('|', '\\|'),
]

function shownDefault({ facts, fallback, needed }: Variable): string {
  if (facts.otherwise !== undefined) return facts.otherwise
  if (fallback === undefined) return needed ? 'none, needed' : 'none'
  return /^[\d.]+$|^(true|false)$/.test(fallback) ? fallback : `\`${fallback}\``
}
