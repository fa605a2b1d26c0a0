// Type-aware rules everywhere. Which file may import which is said in .dependency-cruiser.mjs.
import tseslint from 'typescript-eslint'

/** What runs in a transaction is run again after a deadlock: `DatabaseConnection.transaction` sees to it. */
const transactions = {
  selector: "CallExpression[arguments.length=0] > MemberExpression[property.name='transaction']",
  message: 'Use DatabaseConnection.transaction.',
}

/** In a bundle a CommonJS library that is loaded late has no names of its own, whatever its types say: only Node gives it some. */
const lazyLibraries = {
  selector:
    ':not(MemberExpression[property.name="default"]) > AwaitExpression > ImportExpression[source.value=/^(?![.#]|node:)/]',
  message: 'Bundled, a library that is loaded late has only its default: (await import(…)).default.',
}

/** The log leaves the words of all others out. The contracts, which import nothing, throw nothing that is logged. */
const ownErrors = {
  selector:
    ':matches(NewExpression[callee.name=/^(Type|Range|Aggregate)?Error$/], ClassDeclaration[superClass.name=/^(Type|Range)?Error$/])',
  message: 'An error of ours is an OwnError (logging), or extends one: the log has its words.',
}

/** What an operator changes is written down: `Actions` sees to it, and what it changes with is not for others. */
const changedByActions = [
  'OperatorControl',
  'FireJob',
  'RunAgain',
  'RetryLetters',
  'DeadLetterStream',
  'Publisher',
]

const byIndex = {
  group: ['**/libs/shared/**', '#shared/*/*'],
  message: "Import a library by its index: '#shared/…'.",
}

export default tseslint.config(
  { ignores: ['**/dist/', 'node_modules/', '.data/', '.cache/', '*.config.js', '.dependency-cruiser.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        // What Node loads before a built service is no TypeScript.
        projectService: { allowDefaultProject: ['test/faults/support/*.mjs', 'test/support/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-imports': [
        'error',
        {
          patterns: [byIndex],
        },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['apps/*/src/**', 'libs/**'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', transactions, lazyLibraries] },
  },
  {
    files: ['apps/*/src/**', 'libs/shared/src/**'],
    ignores: ['**/*.test.ts', 'libs/shared/src/contracts/**', 'libs/shared/src/logging/own-error.ts'],
    rules: { 'no-restricted-syntax': ['error', transactions, ownErrors, lazyLibraries] },
  },
  {
    files: ['libs/shared/src/database/connection.ts'],
    rules: { 'no-restricted-syntax': ['error', ownErrors, lazyLibraries] },
  },
  {
    files: ['tools/**', 'testing/**'],
    ignores: ['**/*.test.ts'],
    rules: { 'no-restricted-syntax': ['error', lazyLibraries] },
  },
  {
    // Terminal programs speak to their reader.
    files: ['tools/**', 'bench/**', 'apps/ops/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // An operator's ways change things through `Actions` alone.
    files: ['apps/{ops,console}/src/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            byIndex,
            {
              group: ['#shared/*'],
              importNames: changedByActions,
              message: 'Actions carries out what an operator changes, and writes it down.',
            },
          ],
        },
      ],
    },
  },
  {
    // Within the library, siblings are reached by relative path to their index.
    files: ['libs/**'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // Compiled into a package of its own, the web apps' client takes single files that import nothing from outside;
    // an index would bring the whole library along, and what that depends on.
    files: ['libs/client/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex:
                '^#shared/|/shared/src/(?!(contracts/(notice|tasks)|clock/(clock|london-time)|messaging/broker/dial)\\.js$)',
              message:
                "The client takes the contracts' names, the clock and the way to NATS, file by file, and nothing else.",
            },
          ],
        },
      ],
    },
  },
  {
    // What browsers run as it stands.
    files: ['apps/console/assets/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/switch-exhaustiveness-check': 'off' },
  },
  {
    // Plain JavaScript, as the web apps are, and what Jest puts in a library's place.
    files: ['libs/client/example/**/*.js', 'test/support/*.cjs'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off', 'no-console': 'off' },
  },
)
