/** The service must not start as things are; the message tells the operator what to change. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused'
}
