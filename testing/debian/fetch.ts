import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { apt, mainRepository, UnknownKeyError, writeAptConfiguration } from './apt.js'
import type { DebianProgram } from './program.js'

const keyrings = ['gpg', 'pgp'].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`)

/**
 * Debian 12's keyring knows the newer suites' keys, so there a signature by a stranger is a reason to stop. Only on a
 * machine with an older keyring, or none, is a suite taken on trust, after all suites have failed to be verified.
 */
const knowsNewerKeys = () =>
  ['gpg', 'pgp'].some((ending) => existsSync(`/usr/share/keyrings/debian-archive-trixie-automatic.${ending}`))

interface Attempt {
  suite: string
  /** Taken without a verified signature. */
  trusted: boolean
}

/**
 * Fetches the program from the Debian repository this machine is already configured for, into `cacheFolder`. Needs
 * no root, installs nothing, and leaves apt's own lists alone. Safe to repeat and to run in several processes at
 * once: the finished program appears in one step. Rejects with the reason for each suite that was tried.
 */
export async function fetchFromDebian(
  wanted: DebianProgram,
  cacheFolder: string,
): Promise<{ path: string; version: string }> {
  const repository = await mainRepository()
  process.stderr.write(`${wanted.name}: none here yet, fetching Debian's package into the cache\n`)
  const attempts: Attempt[] = wanted.suites.map((suite) => ({ suite, trusted: false }))
  const failures: string[] = []
  for (let attempt = attempts.shift(); attempt; attempt = attempts.shift()) {
    try {
      return await fetchSuite(wanted, attempt, repository, cacheFolder)
    } catch (error) {
      failures.push(`${attempt.suite}: ${(error as Error).message}`)
      if (error instanceof UnknownKeyError && !knowsNewerKeys()) attempts.push({ ...attempt, trusted: true })
    }
  }
  throw new Error(failures.join('; '))
}

async function fetchSuite(wanted: DebianProgram, attempt: Attempt, repository: string, cacheFolder: string) {
  if (attempt.trusted) {
    process.stderr.write(
      `${wanted.name}: WARNING: taken from Debian's ${attempt.suite} without a verified signature\n`,
    )
  }
  const work = await mkdtemp(join(tmpdir(), `${wanted.name}-${process.pid}-fetch-`))
  try {
    const configuration = await writeAptConfiguration(work, sourceLine(attempt, repository))
    await apt('apt-get', ['-c', configuration, '-q', 'update'], work)
    if (wanted.withLibraries) return await fetchWithLibraries(wanted, configuration, { work, cacheFolder })
    await apt('apt-get', ['-c', configuration, '-q', 'download', wanted.package], work)
    const program = await unpack(wanted, work)
    const version = await wanted.checkVersion(program)
    return { path: await moveIntoCache(program, join(cacheFolder, wanted.name)), version }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Everything the program needs and this machine lacks, unpacked in the cache beside a script that starts it there. */
async function fetchWithLibraries(
  wanted: DebianProgram,
  configuration: string,
  { work, cacheFolder }: { work: string; cacheFolder: string },
) {
  const { file, libraries, packages } = wanted.withLibraries ?? { file: '', libraries: [], packages: [] }
  const downloading = [
    '--no-install-recommends',
    '--download-only',
    '-y',
    '-o',
    'Debug::NoLocking=1',
    'install',
  ]
  await apt('apt-get', ['-c', configuration, '-q', ...downloading, wanted.package, ...packages], work)
  const archives = join(work, 'cache', 'archives')
  const root = join(cacheFolder, `root-${process.pid}`)
  await mkdir(root, { recursive: true })
  for (const archive of (await readdir(archives)).filter((name) => name.endsWith('.deb')))
    await apt('dpkg', ['-x', join(archives, archive), root], work)
  const path = join(cacheFolder, wanted.name)
  const beside = `${path}.${process.pid}.partial`
  const folders = libraries.map((folder) => join(root, folder)).join(':')
  const start = `#!/bin/sh\nLD_LIBRARY_PATH='${folders}' exec '${join(root, file)}' "$@"\n`
  await writeFile(beside, start, { mode: 0o755 })
  const version = await wanted.checkVersion(beside)
  await rename(beside, path)
  return { path, version }
}

function sourceLine({ suite, trusted }: Attempt, repository: string): string {
  const keyring = keyrings.find((path) => existsSync(path))
  const signedBy = keyring === undefined ? '' : `[signed-by=${keyring}] `
  return `deb ${trusted ? '[trusted=yes] ' : signedBy}${repository} ${suite} main\n`
}

async function unpack({ name }: DebianProgram, work: string): Promise<string> {
  const archive = (await readdir(work)).find((file) => file.endsWith('.deb'))
  if (archive === undefined) throw new Error('no package was downloaded')
  await apt('dpkg', ['-x', archive, 'unpacked'], work)
  const folders = ['usr/sbin', 'usr/bin'].map((folder) => join(work, 'unpacked', folder))
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (found === undefined) throw new Error(`the package holds no ${name}`)
  return found
}

/** Copies beside the final place first: only a rename within one folder is a single step. */
async function moveIntoCache(program: string, path: string): Promise<string> {
  const beside = `${path}.${process.pid}.partial`
  await mkdir(dirname(path), { recursive: true })
  try {
    await copyFile(program, beside)
    await chmod(beside, 0o755)
    await rename(beside, path)
  } finally {
    await rm(beside, { force: true })
  }
  return path
}
