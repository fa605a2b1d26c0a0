import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Rule {
  readonly pattern: RegExp
  readonly keeps: boolean
}

/** The files a `COPY` may take from the context, by `.dockerignore`, as paths from the context's folder. */
export function contextFiles(folder: string): string[] {
  const lines = readFileSync(join(folder, '.dockerignore'), 'utf8').split('\n')
  const rules = lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map(ruleOf)
  return filesBelow(folder, '', rules)
}

function filesBelow(folder: string, path: string, rules: readonly Rule[]): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const at = path ? `${path}/${entry.name}` : entry.name
    // Docker would look below an ignored folder for what a later rule keeps; here no rule does.
    if (isIgnored(at, rules)) return []
    return entry.isDirectory() ? filesBelow(folder, at, rules) : [at]
  })
}

/** The last rule that matches the path, or a folder above it, decides. */
function isIgnored(path: string, rules: readonly Rule[]): boolean {
  const last = rules.findLast(({ pattern }) => pattern.test(path))
  return last !== undefined && !last.keeps
}

function ruleOf(line: string): Rule {
  const keeps = line.startsWith('!')
  const source = (keeps ? line.slice(1) : line)
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '\u0000')
    .replaceAll('*', '[^/]*')
    .replaceAll('\u0000', '(?:.*/)?')
  return { pattern: new RegExp(`^${source}(?:/|$)`), keeps }
}
