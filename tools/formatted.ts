import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, type FormatConfig } from 'oxfmt'
import { projectRoot } from './project-root.js'

/** As the program reads them: a file that is made is formatted as every other one. */
const options = JSON.parse(readFileSync(join(projectRoot, '.oxfmtrc.json'), 'utf8')) as FormatConfig

/**
 * A file's text as the project formats every other one.
 * @param path from the root; its ending says which language it is
 * @throws {Error} the text is not of that language
 */
export async function formatted(path: string, text: string): Promise<string> {
  const { code, errors } = await format(path, text, options)
  if (errors.length) throw new Error(`${path}: ${errors.map(({ message }) => message).join('; ')}`)
  return code
}
