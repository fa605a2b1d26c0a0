// The shape of our own code, without types. What needs types, and what is common, is said in .oxlintrc.json.
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

export default tseslint.config(
  { ignores: ['**/dist/', '.data/', '.cache/', '*.config.js', '.dependency-cruiser.mjs'] },
  {
    files: ['**/*.{ts,js,mjs,cjs}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      // Of a class that is decorated the compiler writes down its parameters' classes: these are used as values.
      parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }] },
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
)
