import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Environment } from '#shared/config'

/** What says which system a command is about. */
const named = ['NATS_URL', 'DATA_DIR', 'APVS_DATABASE_SERVER'] as const

/**
 * The environment of a command. Where nothing says what it is about and a demonstration runs on this machine, it is about
 * that: it leaves a note of where it is.
 */
export function ofDemo(env: Environment): { readonly env: Environment; readonly isDemo: boolean } {
  if (named.some((name) => env[name]?.trim())) return { env, isDemo: false }
  const note = readNote(join(rootOf(import.meta.dirname), '.cache', 'demo.json'))
  return note && isRunning(note.pid) ? { env: { ...env, ...note.env }, isDemo: true } : { env, isDemo: false }
}

function readNote(file: string): { pid: number; env: Environment } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { pid: number; env: Environment }
  } catch {
    return undefined
  }
}

/** One that was killed has left its note behind. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Looked for upwards: this file runs both from its source and from the build's folder. */
function rootOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) || dirname(folder) === folder
    ? folder
    : rootOf(dirname(folder))
}
