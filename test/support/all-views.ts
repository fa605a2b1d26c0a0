import { RequestMethod } from '@nestjs/common'
import { commands } from '../../apps/ops/src/commands/index.js'
import { ConsoleModule } from '../../apps/console/src/console.module.js'
import { ConsoleSettings } from '../../apps/console/src/console.settings.js'
import type { ConsoleWorld } from './console-world.js'
import { runOps } from './run-ops.js'
import type { Visitor } from './visitor.js'

/** What somebody looked at, and what was there. */
export type Views = ReadonlyMap<string, string>

/** What is no page about anything: signing in and out, probes, the API, and what `/` has once more, as it changes. */
const noPages = /^\/(?:sign|signed|ping|health|api|now\/live)/

/** The paths of the console's pages, as its controllers have them. */
export function consolePages(): string[] {
  const { controllers = [] } = ConsoleModule.for(new ConsoleSettings({}), undefined)
  const paths = controllers.flatMap((controller) => {
    const beginning = Reflect.getMetadata('path', controller) as string
    const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype as object)).map(
      ({ value }) => value as object,
    )
    return handlers
      .filter(
        (each) => typeof each === 'function' && Reflect.getMetadata('method', each) === RequestMethod.GET,
      )
      .flatMap((each) => Reflect.getMetadata('path', each) as string | string[])
      .map((path) => `/${beginning}/${path}`.replace(/\/+/g, '/').replace(/(?<=.)\/$/, ''))
  })
  return paths.filter((path) => !noPages.test(path))
}

/** Of these paths, those of which no page was looked at. */
export const notSeen = (paths: readonly string[], views: Views): string[] =>
  paths.filter((path) => {
    const shape = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)
    return ![...views.keys()].some((url) => shape.test(url.split('?', 1)[0] ?? ''))
  })

/** Every page that links lead to from some, as somebody sees them who has signed in. */
export async function pagesFrom(visitor: Visitor, at: string, first: readonly string[]): Promise<Views> {
  const seen = new Map<string, string>()
  const left = [...first]
  for (let path = left.shift(); path !== undefined; path = left.shift()) {
    if (seen.has(path)) continue
    await visitor.get(at + path)
    seen.set(path, `${visitor.status} ${visitor.text}`)
    const links = [...visitor.text.matchAll(/href="(\/[^"#]*)/g)].map(([, link = '']) =>
      link.replaceAll('&amp;', '&').replaceAll('&#x2F;', '/').replaceAll('&quot;', '"'),
    )
    left.push(...links.filter((link) => !/^\/(?:assets|sign|signed|api)/.test(link)))
  }
  return seen
}

type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What the console's API answers to every question, each with what its path is given. */
export async function apiAnswers(
  world: ConsoleWorld,
  token: string,
  given: Readonly<Record<string, readonly (string | number)[]>>,
): Promise<Views> {
  const seen = new Map<string, string>()
  const ask = async (path: string) => {
    const answer = await fetch(world.at(`/api/v1${path}`), { headers: { authorization: `Bearer ${token}` } })
    const text = await answer.text()
    seen.set(path, `${answer.status} ${text}`)
    return text
  }
  const { paths } = JSON.parse(await ask('/openapi.json')) as OpenApi
  for (const [path, methods] of Object.entries(paths)) {
    if (!('get' in methods)) continue
    const [, name] = /\{(\w+)\}/.exec(path) ?? []
    if (name === undefined) await ask(path)
    else if (!given[name]?.length) throw new Error(`nothing was given for ${path}`)
    else for (const value of given[name]) await ask(path.replace(`{${name}}`, String(value)))
  }
  return seen
}

/** What the operator's commands print: each of these lines. @throws where a command has none */
export async function opsOutput(
  lines: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Views> {
  const named = new Set(lines.map((line) => line.split(' ', 1)[0]))
  const without = Object.keys(commands).filter((name) => !named.has(name))
  if (without.length) throw new Error(`no line of these commands was run: ${without.join(', ')}`)
  const seen = new Map<string, string>()
  for (const line of lines) {
    const { code, out, err } = await runOps(line, env)
    seen.set(line, [code, ...out, ...err].join('\n'))
  }
  return seen
}
