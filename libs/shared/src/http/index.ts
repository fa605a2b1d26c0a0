export { isBearer } from './bearer.js'
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
