export { allVariables, chartFiles, chartFolder } from './chart-files.js'
export { allFacts, linkSettings, upstreams, type Callee, type ServiceFacts } from './facts.js'
export { findHelm, type FindHelmOptions } from './find-helm.js'
export { type Variable, type VariableKind } from './variables.js'
