import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Repeats the random choices of a run: `-- --sequence.seed N`. */
    seed: number
  }
}

/** Before a run: its seed, and a folder of its own, in which lies what is made once for all of its tests, and what they leave. */
export default function begin(project: TestProject): () => void {
  project.provide('seed', project.config.sequence.seed)
  const folder = mkdtempSync(join(tmpdir(), 'hwpv-tests-'))
  // The image's user goes through it to what is his.
  chmodSync(folder, 0o711)
  process.env.TEST_RUN_FOLDER = folder
  process.env.TMPDIR = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
