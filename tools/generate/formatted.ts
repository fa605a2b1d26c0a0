import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { projectRoot } from '../project-root.js'

/** A file's text as the project formats every other one. `path` is from the root. */
export async function formatted(path: string, text: string): Promise<string> {
  const options = await resolveConfig(join(projectRoot, path))
  return format(text, { ...options, filepath: path })
}
