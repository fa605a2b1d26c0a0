export { briefly, describeError, wordsOf, type ErrorDescription } from './describe-error.js'
export * from './log.js'
export { OwnError, OwnRangeError, OwnTypeError } from './own-error.js'
