import { beforeAll, describe, expect, it } from 'vitest'
import { dockerCompose, findDockerCompose } from '../testing/docker-compose/index.js'
import { commandOf, environmentOf, exampleSettings, readCompose } from './support/compose.js'

/** What Compose makes of a service; dollar signs are doubled in it, as in a compose file. */
interface Configured {
  readonly command: readonly string[] | null
  readonly entrypoint: readonly string[] | null
  readonly environment?: Readonly<Record<string, string>>
  readonly user?: string
  readonly read_only?: boolean
}

const withExample = ['--env-file', '.env.example']
const config = async (...args: string[]) => {
  const { code, stdout, stderr } = await dockerCompose([...args, 'config', '--format', 'json'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout.replaceAll('$$', '$')) as { services: Record<string, Configured> }
}

beforeAll(async () => {
  await findDockerCompose()
}, 120_000)

/** Docker's own Compose, which needs no engine to read a file. */
describe('docker compose config', () => {
  it('finds nothing to complain of', async () => {
    const answer = await dockerCompose([...withExample, 'config', '--quiet'])
    expect(answer).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('reads the file as the tests of the image and of the commands do', async () => {
    const { services } = await config(...withExample, '--profile', '*')
    const ours = Object.entries(readCompose(exampleSettings()).services)
    expect(Object.keys(services).sort()).toEqual(ours.map(([name]) => name).sort())
    for (const [name, service] of ours) {
      const { command, entrypoint, environment = {}, user, read_only } = services[name] ?? fail(name)
      expect({ name, command: command ?? [], entrypoint, environment, user, read_only }).toEqual({
        name,
        command: commandOf(service),
        entrypoint: service.entrypoint ?? null,
        environment: environmentOf(service),
        user: service.user,
        read_only: service.read_only,
      })
    }
  })

  it('has no stand-ins and no invented claims without the profile', async () => {
    const passwords = { HWPV_SA_PASSWORD: 'a', HWPV_WORKER_PASSWORD: 'b', HWPV_CONSOLE_PASSWORD: 'c' }
    const named = async (env: Record<string, string>) => {
      const { stdout } = await dockerCompose(['--env-file', '/dev/null', 'config', '--services'], env)
      return stdout.trim().split('\n')
    }
    const bare = await named(passwords)
    const demo = await named({ ...passwords, COMPOSE_PROFILES: 'demo' })
    expect(demo.filter((name) => !bare.includes(name)).sort()).toEqual(['claims', 'issuer', 'simulators'])
  })

  it('says which password is missing', async () => {
    const { code, stderr } = await dockerCompose(['--env-file', '/dev/null', 'config', '--quiet'])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(/HWPV_\w+_PASSWORD is missing a value: a password for/)
  })
})

function fail(name: string): never {
  throw new Error(`Compose knows no ${name}`)
}
