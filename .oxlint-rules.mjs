// Rules of oxlint that are ours: shapes of code, by ESLint's selectors, and the words that are said. Where each holds is said in
// .oxlintrc.json.

const shapes = {
  /** What runs in a transaction is run again after a deadlock: `DatabaseConnection.transaction` sees to it. */
  'own-transactions': {
    selector: "CallExpression[arguments.length=0] > MemberExpression[property.name='transaction']",
    message: 'Use DatabaseConnection.transaction.',
  },
  /** In a bundle a CommonJS library that is loaded late has no names of its own, whatever its types say: only Node gives it some. */
  'late-libraries': {
    selector:
      ':not(MemberExpression[property.name="default"]) > AwaitExpression > ImportExpression[source.value=/^(?![.#]|node:)/]',
    message: 'Bundled, a library that is loaded late has only its default: (await import(…)).default.',
  },
  /** The log leaves the words of all others out. The contracts, which import nothing, throw nothing that is logged. */
  'own-errors': {
    selector:
      ':matches(NewExpression[callee.name=/^(Type|Range|Aggregate)?Error$/], ClassDeclaration[superClass.name=/^(Type|Range)?Error$/])',
    message: 'An error of ours is an OwnError (logging), or extends one: the log has its words.',
  },
  /** Where a page fails, what the pages before it came to would be written down nowhere. */
  'bulk-actions': {
    selector: ':function[generator=false] > BlockStatement ForOfStatement[await=true]',
    message: 'What is done page by page is a bulkAction, and gives what has come of it after each.',
  },
}

const ruleOf = ({ selector, message }) => ({
  create: (context) => ({
    [selector](node) {
      context.report({ node, message })
    },
  }),
})

const isValue = (specifier) => specifier.importKind !== 'type'
const isInType = ({ isTypeReference, identifier }) =>
  isTypeReference || identifier.parent?.type === 'TSTypeQuery'

/**
 * What only types name is imported as one. Of a class that is decorated the compiler writes down its parameters' classes: there, types
 * are used as values. oxlint's own rule does not know of that.
 */
const typeImports = {
  create(context) {
    const { sourceCode } = context
    if (/^\s*@[A-Z]/m.test(sourceCode.text)) return {}
    return {
      'ImportDeclaration[importKind!="type"]'(node) {
        for (const specifier of node.specifiers.filter(isValue)) {
          const references = sourceCode.getDeclaredVariables(specifier).flatMap((each) => each.references)
          if (references.length && references.every(isInType))
            context.report({ node: specifier, message: 'Only types name it: import it with `type`.' })
        }
      },
    }
  },
}

export default {
  meta: { name: 'ours' },
  rules: {
    ...Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, ruleOf(shape)])),
    'type-imports': typeImports,
  },
}
