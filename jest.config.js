/** The kinds of tests, by what they need (CONTRIBUTING.md), straight from the sources; some of them start what was built. */
const common = {
  // The kinds differ in nothing that a transformed file depends on: what one has transformed, the others take.
  id: 'hwpv',
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/run-folder.cjs',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^tweetnacl$': '<rootDir>/test/support/tweetnacl.cjs',
  },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/'],
}

const kind = (displayName, suffix) => ({ ...common, displayName, testMatch: [`**/*.${suffix}.test.ts`] })

export default {
  // A test waits for what happens, and says itself what it waited for in vain.
  testTimeout: 60_000,
  reporters: ['default', ...(process.env.TEST_TIMES ? ['<rootDir>/test/support/times-reporter.cjs'] : [])],
  projects: [
    { ...common, displayName: 'unit', testMatch: ['**/!(*.int|*.deploy|*.fault|*.large).test.ts'] },
    {
      ...kind('integration', 'int'),
      // Ways to look at the whole suite, off unless the environment asks for them.
      setupFiles: [
        ...(process.env.RECORD_STATEMENTS ? ['<rootDir>/test/support/record-statements.ts'] : []),
        ...(process.env.TRANSACTIONS === 'twice' ? ['<rootDir>/test/support/run-twice.ts'] : []),
      ],
    },
    kind('deploy', 'deploy'),
    kind('faults', 'fault'),
    kind('large', 'large'),
  ],
}
