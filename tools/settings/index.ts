export { sections } from './sections.js'
export { allVariables, variablesOf, type Variable, type VariableKind } from './variables.js'
