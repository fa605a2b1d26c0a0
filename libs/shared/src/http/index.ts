export { bearerTokens, isBearer } from './bearer.js'
export { calledAddress, callableEndpoints, callableTargets } from './called-address.js'
export { calledAddressSettings, isLoopbackAllowed } from './called-address.settings.js'
export { GuardedClient, type AddressRefused, type GuardedClientOptions } from './guarded-client.js'
export {
  HttpClient,
  isSuccess,
  type Answered,
  type HttpRequest,
  type HttpResult,
  type NotSent,
  type Unanswered,
} from './http-client.js'
export { isPlainText, plainText } from './outgoing-text.js'
export { readBody } from './read-body.js'
