import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { formatted } from '../formatted.js'
import { projectRoot } from '../project-root.js'

/** The beginning and the end of what is made from the code in a file that is otherwise somebody's. */
function marks(path: string, name: string): readonly [string, string] {
  const words = [`${name}: made by npm run generate`, `end of ${name}`] as const
  return extname(path) === '.md'
    ? [`<!-- ${words[0]} -->\n\n`, `\n\n<!-- ${words[1]} -->`]
    : [`# ${words[0]}\n`, `\n# ${words[1]}`]
}

/**
 * A page, or a file of values, with its generated parts as they are to be; the rest is somebody's, and stays.
 * @throws where the page has no place for a part
 */
export function pageWith(path: string, parts: Readonly<Record<string, string>>): Promise<string> {
  let page = readFileSync(join(projectRoot, path), 'utf8')
  for (const [name, text] of Object.entries(parts)) {
    const [begin, end] = marks(path, name)
    const [from, to] = [page.indexOf(begin.trim()), page.indexOf(end.trim())]
    if (from < 0 || to < from) throw new Error(`${path} has no place for ${name}: ${begin} … ${end}`)
    page = `${page.slice(0, from)}${begin}${text}${end}${page.slice(to + end.trim().length)}`
  }
  return formatted(path, page)
}

/** A table in Markdown. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
