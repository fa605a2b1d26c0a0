import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { optionalText, readSettings, textOr, type Environment } from '../../config/index.js'
import { commitOf } from './commit.js'

/** What `/info` says of a running service. */
export interface Info {
  readonly name: string
  readonly version: string
  /** In full; `unknown` where nobody said it and there is no checkout. */
  readonly commit: string
  readonly node: string
  /** ISO 8601, UTC, by the machine's clock. */
  readonly startedAt: string
  readonly uptimeSeconds: number
  /** As the department's developer portal reads it, and so are the next two. */
  readonly git: { readonly branch: string; readonly commit: { readonly id: string } }
  readonly build: { readonly artifact: string; readonly name: string; readonly version: string }
  readonly productId: string
}

export const buildSchema = z.object({
  APP_VERSION: optionalText({
    words: 'what `/info` says is running; a build without `.git` sets it',
    otherwise: '`package.json`’s version',
    place: 'chart',
  }),
  GIT_COMMIT: optionalText({
    words: 'likewise',
    otherwise: 'the checkout’s commit, else `unknown`',
    place: 'chart',
  }),
  GIT_BRANCH: optionalText({ words: 'likewise', otherwise: '`unknown`', place: 'chart' }),
  PRODUCT_ID: textOr('UNASSIGNED', {
    words: 'of the product in the department’s catalogue, as `/info` tells its developer portal',
  }),
})

/** Which build of which service this is, and since when it runs. */
export class ServiceInfo {
  private readonly build: Omit<Info, 'uptimeSeconds'>
  private readonly started = performance.now()

  /** Looks once: what is checked out later is not what runs. */
  constructor(name: string, env: Environment) {
    const root = rootOf(import.meta.dirname)
    const { APP_VERSION, GIT_COMMIT, GIT_BRANCH = 'unknown', PRODUCT_ID } = readSettings(buildSchema, env)
    const version = APP_VERSION ?? versionIn(root)
    const commit = GIT_COMMIT ?? commitOf(root) ?? 'unknown'
    this.build = {
      ...{ name, version, commit },
      node: process.version,
      startedAt: new Date().toISOString(),
      git: { branch: GIT_BRANCH, commit: { id: commit } },
      build: { artifact: name, name, version },
      productId: PRODUCT_ID,
    }
  }

  get version(): string {
    return this.build.version
  }
  get commit(): string {
    return this.build.commit
  }

  now(): Info {
    return { ...this.build, uptimeSeconds: Math.floor((performance.now() - this.started) / 1_000) }
  }
}

/** Looked for upwards: this file runs both from its source and from the build's folder. */
function rootOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) || dirname(folder) === folder
    ? folder
    : rootOf(dirname(folder))
}

function versionIn(root: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version?: unknown }
    return typeof version === 'string' ? version : 'unknown'
  } catch {
    return 'unknown'
  }
}
