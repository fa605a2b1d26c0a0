import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Copies into a folder what is the same for all tests of a run, made by the first that needs it: another run may have other code.
 * Safe in several processes at once: what is copied appears in one step and is then left alone. Without a run's folder
 * (`run.ts`) it is made in its place.
 */
export async function copyTemplate(into: string, make: (folder: string) => Promise<void>): Promise<void> {
  const ofRun = process.env.TEST_RUN_FOLDER
  if (ofRun === undefined) return make(into)
  const template = join(ofRun, 'database')
  if (!existsSync(template)) await makeWhole(ofRun, template, make)
  cpSync(template, into, { recursive: true })
}

async function makeWhole(
  ofRun: string,
  template: string,
  make: (folder: string) => Promise<void>,
): Promise<void> {
  const own = mkdtempSync(join(ofRun, 'making-'))
  try {
    await make(own)
    renameSync(own, template)
  } catch (error) {
    rmSync(own, { recursive: true, force: true })
    // Another process was first: its folder is as good.
    if (!existsSync(template)) throw error
  }
}
