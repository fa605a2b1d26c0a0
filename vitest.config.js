import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'

/** Not ours, or made of what is. */
const others = ['**/node_modules/**', '**/dist/**', '.cache/**']

/** They count what their process does: metrics, and what the engine passes of sources that nobody has loaded before. */
const countTheirProcess = ['test/metrics.int.test.ts', 'test/mssql-statements.int.test.ts']

/** Ways to look at the whole suite, off unless the environment asks for them. Each changes what a process has loaded. */
const waysToLook = [
  ...(process.env.RECORD_STATEMENTS ? ['test/support/record-statements.ts'] : []),
  ...(process.env.TRANSACTIONS === 'twice' ? ['test/support/run-twice.ts'] : []),
]

/** They take a minute or more: begun last, they would be waited for while nothing else is left to do. */
const longOnes = [
  'interleaving',
  'restore',
  'mssql-connection',
  'payment-faults',
  'provisioner',
  'hanging-broker',
]

class LongOnesFirst extends BaseSequencer {
  async sort(files) {
    const isLong = ({ moduleId }) => longOnes.some((name) => moduleId.endsWith(`/${name}.int.test.ts`))
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

/**
 * A kind of tests, by what its files need (CONTRIBUTING.md).
 * @param order kinds of one number run beside each other, and all before those of the next
 * @param maxWorkers so many files at a time; of a kind, for the command line does not reach it
 */
const kind = (name, order, maxWorkers, options) => ({
  extends: true,
  test: { name, maxWorkers, ...options, sequence: { groupOrder: order } },
})
const endingIn = (suffix) => ({ include: [`**/*.${suffix}.test.ts`] })

export default defineConfig({
  // Straight from the sources, as `imports` of package.json names them.
  ssr: { resolve: { conditions: ['source', 'node', 'node-addons'] } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    // Processes in which Node itself loads the libraries, as it does for a service (ADR 53).
    pool: 'forks',
    exclude: others,
    // A test waits for what happens, and says itself what it waited for in vain.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: 'test/support/run.ts',
    sequence: { sequencer: LongOnesFirst },
    reporters: ['default', ...(process.env.TEST_RESULTS ? ['./test/support/results-reporter.ts'] : [])],
    projects: [
      kind('unit', 0, 2, {
        // They leave nothing behind: the files of a process share what they load.
        isolate: false,
        include: ['**/*.test.ts'],
        exclude: [...others, '**/*.{int,deploy,fault,large}.test.ts'],
      }),
      // Most of their time is waiting.
      kind('integration', 1, 4, {
        // They stop what they start: the files of a process share what they load, and its broker.
        isolate: waysToLook.length > 0,
        ...endingIn('int'),
        exclude: [...others, ...countTheirProcess],
        setupFiles: ['test/support/count-from-nought.ts', ...waysToLook],
      }),
      kind('alone', 1, 4, { include: countTheirProcess, setupFiles: waysToLook }),
      kind('deploy', 2, 2, endingIn('deploy')),
      kind('faults', 3, 2, endingIn('fault')),
      kind('large', 4, 1, endingIn('large')),
    ],
  },
})
