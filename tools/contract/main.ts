import { writeFileSync } from 'node:fs'
import { contractFile, contractText } from './contract-file.js'

/** `npm run contract:write`: writes down the contract of the services' messages. */
writeFileSync(contractFile, await contractText())
console.log(`written: ${contractFile}`)
