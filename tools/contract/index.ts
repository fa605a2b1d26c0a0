export { asyncApi } from './asyncapi.js'
export { contractFile, contractText } from './contract-file.js'
