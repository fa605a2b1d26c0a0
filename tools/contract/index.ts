export { contractFile, contractText } from './contract-file.js'
export { jsonSchemaOf } from './schemas.js'
