import { paymentFileOf } from '../contracts/index.js'

/** What the database says of payment files. */
export interface KnownFiles {
  /** Of every row of `DirectPaymentFile`, also of those that were cleaned up. */
  readonly paths: readonly string[]
  /** Of every run: its files may be stored before their rows are there. */
  readonly stamps: readonly string[]
}

/**
 * The stored payment files that the database does not know, in order. A row may name its file with a folder before it,
 * as those of the former worker do.
 */
export function unknownFiles(stored: readonly string[], { paths, stamps }: KnownFiles): string[] {
  const names = new Set(paths.map((path) => path.replace(/^.*[/\\]/, '').toLowerCase()))
  const runs = new Set(stamps)
  return stored
    .filter((name) => {
      const file = paymentFileOf(name)
      return file && !runs.has(file.stamp) && !names.has(name.toLowerCase())
    })
    .sort()
}
