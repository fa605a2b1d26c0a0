/**
 * Unit tests (`*.test.ts`) and integration tests (`*.int.test.ts`), straight from the sources; the fault suite
 * (`*.fault.test.ts`) kills the built services.
 */
const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
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

export default {
  // A test waits for what happens, and says itself what it waited for in vain.
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(int|fault)\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['**/*.int.test.ts'],
      // Ways to look at the whole suite, off unless the environment asks for them.
      setupFiles: [
        ...(process.env.RECORD_STATEMENTS ? ['<rootDir>/test/support/record-statements.ts'] : []),
        ...(process.env.TRANSACTIONS === 'twice' ? ['<rootDir>/test/support/run-twice.ts'] : []),
      ],
    },
    { ...common, displayName: 'faults', testMatch: ['**/*.fault.test.ts'] },
  ],
}
