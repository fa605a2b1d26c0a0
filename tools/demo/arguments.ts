import { parseArgs } from 'node:util'

export interface DemoArguments {
  /** How many claims to submit, from 1 to 10,000. */
  readonly claims: number
  /** Stop everything when the claims have ended. */
  readonly exit: boolean
  /** Each service in a process of its own, as in production. */
  readonly processes: boolean
}

export const usage = [
  'usage: npm run demo [-- [--claims N] [--exit] [--processes]]',
  '  --claims N  submit N claims, 1 to 10000 (default 24)',
  '  --exit      stop everything afterwards; exit code 0 only if every claim ended as its input says',
  '  --processes each service in a process of its own, as in production',
].join('\n')

/** The arguments were not as they should be; the message says what is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @returns undefined if help is wanted
 * @throws UsageError
 */
export function readArguments(args: readonly string[]): DemoArguments | undefined {
  const { claims, exit, processes, help } = parse(args)
  if (help) return undefined
  if (!/^[1-9]\d{0,4}$/.test(claims) || Number(claims) > 10_000) {
    throw new UsageError('--claims takes a whole number from 1 to 10000')
  }
  return { claims: Number(claims), exit, processes }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        claims: { type: 'string', default: '24' },
        exit: { type: 'boolean', default: false },
        processes: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
