import type { RelayOptions } from './relay-options.js'

/** An option that `connectRelay` cannot work with. Names it; its value is left out, for it may be a secret. */
export class InvalidOptionError extends TypeError {
  override readonly name = 'InvalidOptionError'

  constructor(
    /** Of the option, as `connectRelay` takes it; `options` where there are none at all. */
    readonly field: string,
    problem: string,
  ) {
    super(`${field} ${problem}`)
  }
}

const isText = (value: unknown): boolean => typeof value === 'string'

const needs: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  servers: [
    'must be a text or a list of texts',
    (value) => isText(value) || (Array.isArray(value) && value.every(isText)),
  ],
  patienceMs: ['must be a number of milliseconds', (value) => isMilliseconds(value)],
  timeout: ['must be a number of milliseconds', (value) => isMilliseconds(value)],
  onError: ['must be a function', (value) => typeof value === 'function'],
  nkeySeedFile: ['must be the name of a file', isText],
  credsFile: ['must be the name of a file', isText],
  caFile: ['must be the name of a file', isText],
}

/** Longer, and Node's timers take it for nothing. */
const longestTimer = 2_147_483_647

const isMilliseconds = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= longestTimer

/** @throws InvalidOptionError naming the first that cannot be worked with */
export function checkedOptions(options: unknown): RelayOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new InvalidOptionError('options', 'must be an object')
  const given = { ...options } as Readonly<Record<string, unknown>>
  for (const [field, [problem, holds]] of Object.entries(needs)) {
    const value = given[field]
    if (value !== undefined && !holds(value)) throw new InvalidOptionError(field, problem)
  }
  return given
}
