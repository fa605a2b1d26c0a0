import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** What programs load from its files: a native library, with what it loads, and the pages' templates, styles and scripts. */
export const asFiles = {
  libsql: 'with-dependencies',
  'govuk-frontend': 'alone',
  '@ministryofjustice/frontend': 'alone',
} as const

/** The images have glibc. */
const forAnotherLibrary = /-musl$/

/**
 * Copies the packages that a bundle leaves in `node_modules`, and no other, into a folder that takes its place.
 * @param installed the folder `node_modules` of the project
 */
export async function copyModules(installed: string, into: string): Promise<void> {
  await rm(into, { recursive: true, force: true })
  const names = Object.entries(asFiles).map(async ([name, how]) =>
    how === 'alone' ? [name] : withDependencies(installed, name),
  )
  for (const name of new Set((await Promise.all(names)).flat()))
    await cp(join(installed, name), join(into, name), { recursive: true, dereference: true })
}

async function withDependencies(installed: string, name: string): Promise<string[]> {
  const file = await readFile(join(installed, name, 'package.json'), 'utf8').catch(ifMissing)
  // Of its variants for other machines only those of this one are installed.
  if (file === undefined || forAnotherLibrary.test(name)) return []
  const { dependencies, optionalDependencies } = JSON.parse(file) as Readonly<
    Partial<Record<'dependencies' | 'optionalDependencies', object>>
  >
  const needed = Object.keys({ ...dependencies, ...optionalDependencies })
  const all = await Promise.all(needed.map((each) => withDependencies(installed, each)))
  return [name, ...all.flat()]
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
