import { execFile, spawnSync } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import { reasonCode } from '../debian/index.js'
import { isNewEnough, parseVersion } from './binary.js'

const run = promisify(execFile)

const image = 'nats:2.12'

/** The last resort. Rejects if Docker does not answer or cannot run the image, which it fetches if need be. */
export async function findDockerImage(): Promise<{ image: string; version: string }> {
  await run('docker', ['info'], { timeout: 10_000 }).catch((error: unknown) => {
    throw new Error(`docker does not answer (${reasonCode(error)})`)
  })
  const { stdout } = await run('docker', ['run', '--rm', image, '--version'], { timeout: 180_000 }).catch(
    (error: unknown) => {
      throw new Error(`docker cannot run ${image} (${reasonCode(error)})`)
    },
  )
  const version = parseVersion(stdout)
  if (version === undefined || !isNewEnough(version)) throw new Error(`${image} is not the version it says`)
  return { image, version }
}

/**
 * The arguments that run the image in the foreground. Paths and ports are the same inside and outside, so that one
 * configuration file does for both kinds of server; the user is the caller, so that it may delete the store.
 */
export function dockerRunArguments(options: {
  image: string
  name: string
  ports: number[]
  folders: string[]
  env: Readonly<Record<string, string>>
  args: string[]
}): string[] {
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`
  return [
    ...['run', '--rm', '--name', options.name, '--user', user],
    ...options.ports.flatMap((port) => ['--publish', `127.0.0.1:${port}:${port}`]),
    ...options.folders.flatMap((folder) => ['--volume', `${folder}:${folder}`]),
    ...Object.entries(options.env).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    options.image,
    ...options.args,
  ]
}

/** Killing the docker command leaves its container running; this ends the container, and the command with it. */
export function killContainer(name: string): void {
  spawnSync('docker', ['kill', name], { stdio: 'ignore', timeout: 10_000 })
}

/** A port that is free now. A container's port has to be published before its server could choose one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
