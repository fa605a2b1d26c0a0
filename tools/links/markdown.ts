import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project-root.js'

/** A link of a page to something in the project. */
export interface Link {
  readonly text: string
  /** As it stands there, without `#` and what follows; empty for the page itself. */
  readonly path: string
  readonly fragment: string
}

const notOurs = /(^|\/)(node_modules|dist|\.[^/]+)(\/|$)/
const somewhereElse = /^[a-z][a-z+.-]*:/i

/** Every Markdown file of the project, by its path from the root. */
export function markdownPages(): string[] {
  const folders = readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !notOurs.test(entry.name))
    .flatMap(({ name }) =>
      (readdirSync(join(projectRoot, name), { recursive: true }) as string[]).map((path) => join(name, path)),
    )
  return [...readdirSync(projectRoot), ...folders]
    .filter((path) => path.endsWith('.md') && !notOurs.test(path))
    .sort()
}

export const readPage = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

/** The text of a page without its blocks of code. */
const prose = (page: string): string => page.replaceAll(/^( *)(```|~~~)[^]*?^\1\2$/gm, '')

/** Where a link leads: `](path#fragment)`, or the same in a page's list of addresses (`[name]: path`). */
const link = /\[((?:[^[\]]|\[[^[\]]*\])*)\](?:\(|: +)<?([^\s()<>]+)>?/g

/** The links of a page into the project; those of its examples and to other sites left out. */
export function linksIn(page: string): Link[] {
  return [...prose(page).matchAll(link)].flatMap(([, text = '', target = '']) => {
    if (somewhereElse.test(target)) return []
    const [path = '', fragment = ''] = target.split('#')
    return [{ text, path: decodeURI(path), fragment }]
  })
}

/** What a page's headings are called in links, as GitHub makes it: the second of a name is `name-1`. */
export function anchorsIn(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of prose(page).matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)) {
    const name = anchorOf(heading)
    let anchor = name
    for (let again = 1; anchors.has(anchor); again++) anchor = `${name}-${again}`
    anchors.add(anchor)
  }
  return anchors
}

const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
