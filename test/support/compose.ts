import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../../tools/project-root.js'

type Strings = Readonly<Record<string, string>>

/** What this project uses of a service in a compose file. */
export interface ComposeService {
  readonly image: string
  readonly build?: { readonly target: string; readonly args?: Strings }
  readonly entrypoint?: readonly string[]
  readonly command?: string | readonly string[]
  readonly environment?: Strings
  readonly env_file?: readonly string[]
  readonly profiles?: readonly string[]
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly restart?: string
  readonly user?: string
  readonly read_only?: boolean
  readonly cap_drop?: readonly string[]
  readonly security_opt?: readonly string[]
  readonly mem_limit?: string
  readonly stop_grace_period?: string
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly volumes: Readonly<Record<string, unknown>>
}

/** The compose file as it stands, anchors resolved. */
export const composeText = (): string => readFileSync(join(projectRoot, 'docker-compose.yml'), 'utf8')

/** Each service names what all have in common: more than a hundred places do. */
const maxAliasCount = 500

/** The file as the specification describes it, its variables as they are written. */
export const parsedCompose = (): unknown => parse(composeText(), { merge: true, maxAliasCount })

/** @throws where a variable that is needed has no value, with the message the file gives for it */
export function readCompose(env: Strings): ComposeFile {
  return interpolated(parsedCompose(), env) as ComposeFile
}

/** The settings `cp .env.example .env` gives. */
export const exampleSettings = (): Strings => readEnvFile('.env.example')

export function readEnvFile(path: string): Strings {
  const lines = readFileSync(join(projectRoot, path), 'utf8').split('\n')
  const pairs = lines.map((line) => /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line))
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? '']] : [])))
}

/** The whole environment of a container, as Compose makes it. */
export function environmentOf({
  env_file: files = [],
  environment = {},
}: ComposeService): Record<string, string> {
  return { ...Object.assign({}, ...files.map(readEnvFile)), ...environment } as Record<string, string>
}

/** The program and its arguments. */
export const commandOf = ({ command = [] }: ComposeService): readonly string[] =>
  typeof command === 'string' ? command.split(' ').filter(Boolean) : command

function interpolated(value: unknown, env: Strings): unknown {
  if (typeof value === 'string') return interpolate(value, env)
  if (Array.isArray(value)) return value.map((each) => interpolated(each, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, interpolated(each, env)]))
}

const variable = /\$\$|\$\{(\w+)(?:(:?[-?])([^}]*))?\}|\$/g

function interpolate(text: string, env: Strings): string {
  return text.replaceAll(
    variable,
    (found: string, name?: string, operator: string = '', rest: string = '') => {
      if (found === '$$') return '$'
      if (name === undefined) throw new Error(`a dollar sign by itself in: ${text}`)
      const value = env[name]
      const absent = value === undefined || (operator.startsWith(':') && value === '')
      if (!absent) return value
      if (operator.endsWith('-')) return rest
      throw new Error(`${name} has no value: ${rest}`)
    },
  )
}
