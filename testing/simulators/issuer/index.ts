export { issuerClient, startIssuer, type Issuer } from './issuer.js'
