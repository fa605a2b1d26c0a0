export { findPromtool, runPromtool, type PromtoolResult } from './promtool.js'
