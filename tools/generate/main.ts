import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { markdownPages, readPage, withLines } from '../links/index.js'
import { projectRoot } from '../project-root.js'
import { generatedFiles, leftOver } from './generated-files.js'

/** `npm run generate`: writes every file that is made from the code, and says which have changed. */
const read = (path: string): string | undefined =>
  existsSync(join(projectRoot, path)) ? readFileSync(join(projectRoot, path), 'utf8') : undefined

function write(path: string, text: string): void {
  if (read(path) === text) return
  mkdirSync(dirname(join(projectRoot, path)), { recursive: true })
  writeFileSync(join(projectRoot, path), text)
  console.log(`written: ${path}`)
}

const files = await generatedFiles()
for (const [path, text] of files) write(path, text)
for (const path of leftOver(files)) {
  rmSync(join(projectRoot, path))
  console.log(`gone: ${path}`)
}
// Last: the lines that pages link to may be among what was written.
for (const page of markdownPages()) write(page, withLines(page, readPage(page), read))
