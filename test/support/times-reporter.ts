import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

/** Adds a line for each file of tests to the file that TEST_TIMES names: its seconds, and which it is. */
export default class TimesReporter implements Reporter {
  onTestModuleEnd(module: TestModule): void {
    const { collectDuration, duration } = module.diagnostic()
    const seconds = (collectDuration + duration) / 1_000
    const file = relative(process.cwd(), module.moduleId)
    appendFileSync(process.env.TEST_TIMES ?? '', `${seconds.toFixed(1)} ${file}\n`)
  }
}
