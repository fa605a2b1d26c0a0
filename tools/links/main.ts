import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../project-root.js'
import { markdownPages, readPage, withLines } from './index.js'

/** `npm run docs:lines`: puts right the numbers of the lines that pages link to. */
const read = (path: string): string | undefined =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : undefined

for (const page of markdownPages()) {
  const before = readPage(page)
  const after = withLines(page, before, read)
  if (after === before) continue
  writeFileSync(join(projectRoot, page), after)
  console.log(`written: ${page}`)
}
