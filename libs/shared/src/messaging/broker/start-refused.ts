import { OwnError } from '../../logging/index.js'

/** The service must not start as things are; the message tells the operator what to change. */
export class StartRefused extends OwnError {
  override readonly name = 'StartRefused'
}
