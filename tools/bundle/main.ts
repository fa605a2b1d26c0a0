/** The last part of `npm run build`: the programs as they are run, each of few files. Does nothing where nothing has changed. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { projectRoot } from '../project-root.js'
import { bundles } from './programs.js'
import { keep, replace } from './keep.js'
import { copyModules } from './modules.js'

const built = join(projectRoot, 'dist')
const mark = join(built, '.bundled')

/** Of all that was compiled, and of all that is installed. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of ['dist/.tsbuildinfo', 'node_modules/.package-lock.json'])
    hash.update(await readFile(join(projectRoot, file)))
  return hash.digest('hex')
}

const now = await fingerprint()
if (!existsSync(mark) || (await readFile(mark, 'utf8')) !== now) {
  const { bundle } = await import('./bundle.js')
  await copyModules(join(projectRoot, 'node_modules'), join(built, 'modules'))
  for (const [name, each] of Object.entries(bundles)) {
    const into = join(built, name)
    await keep(await bundle(each, built, into), into)
  }
  await replace(mark, now)
}
