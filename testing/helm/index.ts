export { chartFiles, chartFolder } from './chart-files.js'
export { allFacts, upstreams, type Callee, type ServiceFacts } from './facts.js'
export { findHelm, type FindHelmOptions } from './find-helm.js'
