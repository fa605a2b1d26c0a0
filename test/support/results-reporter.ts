import { appendFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** Enough to know it by; the whole stands where the run printed it. */
const LONGEST_MESSAGE = 500

const words = (errors: readonly { message: string }[]): string =>
  errors.map(({ message }) => `  ${message.slice(0, LONGEST_MESSAGE).replaceAll('\n', '\n  ')}\n`).join('')

/**
 * Adds to two files of the folder that TEST_RESULTS names, over as many runs as there are: `times`, a line for each
 * file of tests, its seconds and which it is; `failures`, what failed and why.
 */
export default class ResultsReporter implements Reporter {
  private readonly folder = process.env.TEST_RESULTS ?? ''

  onTestModuleEnd(module: TestModule): void {
    const { collectDuration, duration } = module.diagnostic()
    const seconds = (collectDuration + duration) / 1_000
    const file = relative(process.cwd(), module.moduleId)
    appendFileSync(join(this.folder, 'times'), `${seconds.toFixed(1)} ${file}\n`)
    this.tell(file, module.errors())
    for (const suite of module.children.allSuites()) this.tell(`${file} > ${suite.fullName}`, suite.errors())
    for (const test of module.children.allTests('failed'))
      this.tell(`${file} > ${test.fullName}`, test.result().errors ?? [])
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.tell('outside of every test', unhandled)
  }

  private tell(where: string, errors: readonly { message: string }[]): void {
    if (errors.length > 0) appendFileSync(join(this.folder, 'failures'), `${where}\n${words(errors)}`)
  }
}
