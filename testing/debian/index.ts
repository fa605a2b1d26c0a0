export { findProgram, isExecutable, NoProgram, type FindOptions } from './find.js'
export { type DebianProgram, type FoundProgram } from './program.js'
export { reasonCode } from './reason-code.js'
export { isAtLeast, versionCheck } from './version.js'
