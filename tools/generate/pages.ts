import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project-root.js'
import { formatted } from './formatted.js'

/** The beginning and the end of what is made from the code in a page. */
const marks = (name: string) =>
  [`<!-- ${name}: made by npm run generate -->`, `<!-- end of ${name} -->`] as const

/**
 * A page with its generated parts as they are to be; the rest is somebody's prose, and stays.
 * @throws where the page has no place for a part
 */
export function pageWith(path: string, parts: Readonly<Record<string, string>>): Promise<string> {
  let page = readFileSync(join(projectRoot, path), 'utf8')
  for (const [name, text] of Object.entries(parts)) {
    const [begin, end] = marks(name)
    const [from, to] = [page.indexOf(begin), page.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`${path} has no place for ${name}: ${begin} … ${end}`)
    page = `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
  }
  return formatted(path, page)
}

/** A table in Markdown. */
export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
