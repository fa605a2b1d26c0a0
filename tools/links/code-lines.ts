import { posix } from 'node:path'

/**
 * A link of a page to a line of a source: its text is what is declared there, `Class.member` for a member. The line's
 * number goes stale whenever something above it changes, and is put right by `npm run generate`.
 */
const codeLink = /\[`([\w$#]+(?:\.[\w$#]+)?)(?:\(\))?`\]\(([^\s()#]+\.[a-z]+)#L(\d+)\)/g

export interface CodeLink {
  readonly name: string
  /** From the project's root. */
  readonly file: string
  readonly line: number
  /** Where it is declared now; undefined where nothing, or more than one thing, is called so. */
  readonly declared: number | undefined
}

/** Gives the text of a source, by its path from the project's root; undefined if there is none. */
export type ReadSource = (path: string) => string | undefined

export function codeLinksIn(page: string, text: string, read: ReadSource): CodeLink[] {
  return [...text.matchAll(codeLink)].map(([, name = '', path = '', line = '']) => {
    const file = posix.join(posix.dirname(page), path)
    return { name, file, line: Number(line), declared: lineOf(read(file) ?? '', name) }
  })
}

/** The page with the number of every line that can be found. */
export function withLines(page: string, text: string, read: ReadSource): string {
  return text.replaceAll(codeLink, (whole, name: string, path: string) => {
    const declared = lineOf(read(posix.join(posix.dirname(page), path)) ?? '', name)
    return declared === undefined ? whole : whole.replace(/#L\d+\)$/, `#L${declared})`)
  })
}

/** The only line that declares it; of a class's member, the first after the class. */
export function lineOf(source: string, name: string): number | undefined {
  const lines = source.split('\n')
  const [owner = '', member] = name.split('.')
  const owners = declarations(lines, owner)
  if (owners.length !== 1) return undefined
  if (member === undefined) return owners[0]
  return declarations(lines, member).find((line) => line > (owners[0] ?? 0))
}

function declarations(lines: readonly string[], name: string): number[] {
  const its = name.replaceAll(/[$#]/g, String.raw`\$&`)
  const declared = new RegExp(
    String.raw`^(export )?(default )?(abstract )?(async )?(class|function\*?|const|let|interface|type|enum) ${its}\b` +
      String.raw`|^ +((public|protected|private|static|override|readonly|async|get|set) )*${its}(\?|!)?(:|<[^>]*>\(|\()` +
      String.raw`|^ +((private|static|override|readonly) )+${its}\b`,
  )
  const calls = /^ +(await |return |void )?[\w.#]+\(.*\)[;,]?$/
  return lines.flatMap((line, index) => (declared.test(line) && !calls.test(line) ? [index + 1] : []))
}
