import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Looked for upwards, because this file runs both from its source and from the build's folder. */
function findRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder)
  return folder
}

export const projectRoot = findRoot()
