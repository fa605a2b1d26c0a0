import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { projectRoot } from '../project-root.js'

/** Where `npm run ops` looks for a demonstration, when nothing else says what it is about. */
export const noteFile = join(projectRoot, '.cache', 'demo.json')

/** Leaves word where the demonstration is, for its user alone: an address of NATS may hold a password. @returns what takes it away again */
export async function leaveNote(env: Readonly<Record<string, string>>): Promise<() => Promise<void>> {
  await mkdir(dirname(noteFile), { recursive: true })
  await writeFile(noteFile, JSON.stringify({ pid: process.pid, env }), { mode: 0o600 })
  return () => rm(noteFile, { force: true })
}
