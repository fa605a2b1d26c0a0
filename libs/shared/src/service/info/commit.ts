import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The commit a checkout is at, in full; undefined where there is no checkout, or none that can be read. */
export function commitOf(root: string): string | undefined {
  try {
    const git = gitFolder(join(root, '.git'))
    const head = line(join(git, 'HEAD'))
    const branch = /^ref: (.+)$/.exec(head)?.[1]
    return asCommit(branch === undefined ? head : tipOf(commonFolder(git), branch))
  } catch {
    // A copy without its history, as in an image: no error.
    return undefined
  }
}

/** A second checkout of one repository has a file there, which says where its own folder is. */
function gitFolder(path: string): string {
  if (statSync(path).isDirectory()) return path
  return resolve(dirname(path), line(path).replace(/^gitdir: /, ''))
}

/** Where the branches are: with those of the first checkout. */
function commonFolder(git: string): string {
  const file = join(git, 'commondir')
  return existsSync(file) ? resolve(git, line(file)) : git
}

/** A branch has a file of its own, or a line in the file of many. */
function tipOf(git: string, branch: string): string | undefined {
  if (existsSync(join(git, branch))) return line(join(git, branch))
  const packed = readFileSync(join(git, 'packed-refs'), 'utf8').split('\n')
  return packed.find((each) => each.endsWith(` ${branch}`))?.split(' ')[0]
}

const line = (file: string): string => readFileSync(file, 'utf8').trim()

const asCommit = (text: string | undefined): string | undefined =>
  text !== undefined && /^[0-9a-f]{40,64}$/.test(text) ? text : undefined
