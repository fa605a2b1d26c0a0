import { OwnError } from '../../logging/index.js'

/** What a service needs is there and cannot be used; the message says why, in words of our own, to whoever asks. */
export class NotReady extends OwnError {
  override readonly name = 'NotReady'
}
