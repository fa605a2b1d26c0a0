import { defineConfig } from 'vitest/config'

/** Not ours, or made of what is. */
const others = ['**/node_modules/**', '**/dist/**', '.cache/**']

/** They count what their process does: metrics, and what the engine passes of sources that nobody has loaded before. */
const countTheirProcess = ['test/metrics.int.test.ts', 'test/mssql-statements.int.test.ts']

/** Ways to look at the whole suite, off unless the environment asks for them. Each changes what a process has loaded. */
const waysToLook = [
  ...(process.env.RECORD_STATEMENTS ? ['test/support/record-statements.ts'] : []),
  ...(process.env.TRANSACTIONS === 'twice' ? ['test/support/run-twice.ts'] : []),
]

/** A kind of tests, by what its files need (CONTRIBUTING.md). */
const kind = (name, suffix) => ({ extends: true, test: { name, include: [`**/*.${suffix}.test.ts`] } })

export default defineConfig({
  // Straight from the sources, as `imports` of package.json names them.
  ssr: { resolve: { conditions: ['source', 'node', 'node-addons'] } },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    // Processes in which Node itself loads the libraries, as it does for a service (ADR 53).
    pool: 'forks',
    maxWorkers: 2,
    exclude: others,
    // A test waits for what happens, and says itself what it waited for in vain.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    globalSetup: 'test/support/run.ts',
    reporters: ['default', ...(process.env.TEST_TIMES ? ['./test/support/times-reporter.ts'] : [])],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // They leave nothing behind: the files of a process share what they load.
          isolate: false,
          include: ['**/*.test.ts'],
          exclude: [...others, '**/*.{int,deploy,fault,large}.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          // They stop what they start: the files of a process share what they load, and its broker.
          isolate: waysToLook.length > 0,
          include: ['**/*.int.test.ts'],
          exclude: [...others, ...countTheirProcess],
          setupFiles: ['test/support/count-from-nought.ts', ...waysToLook],
        },
      },
      { extends: true, test: { name: 'alone', include: countTheirProcess, setupFiles: waysToLook } },
      kind('deploy', 'deploy'),
      kind('faults', 'fault'),
      kind('large', 'large'),
    ],
  },
})
