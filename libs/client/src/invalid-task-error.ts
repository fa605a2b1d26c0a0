/**
 * A task that would fail: nothing is handed over. Names the field; its value is left out, for it may be somebody's
 * name or address.
 */
export class InvalidTaskError extends TypeError {
  override readonly name = 'InvalidTaskError'

  constructor(
    /** The field of the input, as the function's argument names it. */
    readonly field: string,
    problem: string,
  ) {
    super(`${field} ${problem}`)
  }
}
