import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { service as console } from '../../apps/console/service.js'
import { formatted } from '../../tools/formatted.js'
import { projectRoot } from '../../tools/project-root.js'
import { serviceNames } from '../services/index.js'
import { allVariables, type Variable, type VariableKind } from '../../tools/settings/index.js'
import { allFacts, upstreams } from './facts.js'

export const chartFolder = join(projectRoot, 'deploy', 'helm', 'hwpv-async-services')
const factsFile = 'files/services.yaml'
const schemaFile = 'values.schema.json'
const head = '# Made from the code by `npm run generate`: changes by hand are lost.\n'

/** What the chart has to have from elsewhere in the project, by path in the chart. */
export async function chartFiles(): Promise<Map<string, string>> {
  const variables = allVariables()
  const facts = {
    services: allFacts(variables),
    console: { port: console.port },
    upstreams: Object.fromEntries(
      Object.entries(upstreams).map(([name, { switch: onOff }]) => [name, onOff ?? {}]),
    ),
  }
  return new Map([
    [factsFile, await formatted(factsFile, head + stringify(facts))],
    [schemaFile, await formatted(schemaFile, JSON.stringify(schema(variables)))],
    ...copies('prometheus', '.yaml', hasRuleGroups),
    ...copies('grafana', '.json', () => true),
  ])
}

interface Schema {
  readonly definitions: Readonly<Record<string, object>>
}

/** The schema as it is, with the names of the variables put in anew. */
function schema(variables: readonly Variable[]): Schema {
  const written = JSON.parse(readFileSync(join(chartFolder, schemaFile), 'utf8')) as Schema
  const common = variables.filter(isForAll)
  const places = serviceNames.map((service): [string, object] => [
    service,
    kinds([...common, ...variables.filter(({ services }) => services?.includes(service))]),
  ])
  const definitions = {
    ...written.definitions,
    common: kinds(common.filter((variable) => !isLogin(variable))),
    ops: kinds(common),
    // It shows when the jobs are due.
    console: kinds([...common, ...variables.filter(isReadByConsole)]),
    ...Object.fromEntries(places),
  }
  return { ...written, definitions }
}

const isReadByConsole = ({ services, name }: Variable): boolean =>
  services?.includes('console') === true || name.startsWith('SCHEDULE_')

/** Where the documents are is nothing secret, and the same for whoever asks. */
const isForAll = ({ services, kind }: Variable): boolean =>
  services === undefined || (services.length > 1 && kind === 'settings')

/** Each service is a user of its own to the broker. */
const isLogin = ({ name }: Variable): boolean => ['NATS_NKEY_SEED_FILE', 'NATS_CREDS'].includes(name)

const kinds = (variables: readonly Variable[]): object =>
  Object.fromEntries(
    (['settings', 'secrets', 'files'] as const).map((kind) => [kind, ofKind(kind, variables)]),
  )

function ofKind(kind: VariableKind, variables: readonly Variable[]): object {
  const here = variables.filter((variable) => variable.kind === kind)
  const value = { settings: 'text', secrets: 'secretReference', files: 'fileReference', chart: '' }[kind]
  const names = [...new Set(here.map(({ name }) => name))].sort()
  const required = names.filter((name) => here.some((each) => each.name === name && each.needed))
  return {
    ...{ type: 'object', additionalProperties: false },
    ...(required.length ? { required } : {}),
    properties: Object.fromEntries(names.map((name) => [name, { $ref: `#/definitions/${value}` }])),
  }
}

/** A chart reads only what is inside it. */
function copies(folder: string, ending: string, wanted: (text: string) => boolean): [string, string][] {
  const source = join(projectRoot, 'deploy', folder)
  if (!existsSync(source)) return []
  const names = readdirSync(source).filter((name) => name.endsWith(ending))
  const texts = names.map((name): [string, string] => [name, readFileSync(join(source, name), 'utf8')])
  return texts.filter(([, text]) => wanted(text)).map(([name, text]) => [`files/${folder}/${name}`, text])
}

const hasRuleGroups = (text: string): boolean => {
  const content = parse(text) as { groups?: unknown } | null
  return Array.isArray(content?.groups)
}
