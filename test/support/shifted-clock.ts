import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fromLondon, ShiftedClock, type Clock } from '#shared/clock'
import type { Environment } from '#shared/config'
import { projectRoot } from '../../tools/project-root.js'

const preload = pathToFileURL(join(projectRoot, 'test/support/preload-shifted-clock.mjs')).href

/** The same environment for a built service on a real server, which refuses `CLOCK_START`: its clock is shifted for it. */
export function withShiftedClock({ CLOCK_START: start, ...env }: Environment): Environment {
  if (start === undefined) return env
  if (env.APVS_DATABASE_SERVER === undefined) return { ...env, CLOCK_START: start }
  return {
    ...env,
    NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --import=${preload}`.trim(),
    CLOCK_MODULE: join(projectRoot, 'dist/programs/clock.js'),
    CLOCK_AHEAD_MS: String(fromLondon(start).getTime() - Date.now()),
  }
}

/** The same for what is run in this process, which takes a clock beside its environment. */
export function withOwnClock(env: Environment): { readonly env: Environment; readonly clock?: Clock } {
  const { CLOCK_START: start, ...rest } = env
  if (start === undefined || env.APVS_DATABASE_SERVER === undefined) return { env }
  return { env: rest, clock: new ShiftedClock(start) }
}
