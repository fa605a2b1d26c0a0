/** What is known of a message that its upstream has failed. Moments by `performance.now()`. */
export interface Trouble {
  readonly failedAt: number
  /** How often it failed although others had got through since it failed before. */
  readonly strikes: number
}

/** A failure that may be the message's own needs one more while others get through; any other needs several. */
const strikesForBlame = { ambiguous: 1, certain: 5 } as const
/** After so many milliseconds without anybody getting through, a failure says nothing of the message any more. */
const blameLastsMs = 3_600_000

/** The message has failed (again). `workedAt`: when the latest that got through was begun, if any did. */
export function failedAgain(before: Trouble | undefined, workedAt: number | undefined, now: number): Trouble {
  const othersGotThrough = before !== undefined && workedAt !== undefined && workedAt > before.failedAt
  return { failedAt: now, strikes: (before?.strikes ?? 0) + (othersGotThrough ? 1 : 0) }
}

/** Whether it is put down to the message that it fails: its tries then count as attempts. */
export function isOwnFault(
  { strikes }: Trouble,
  ambiguous: boolean,
  workedAt: number | undefined,
  now: number,
): boolean {
  if (workedAt === undefined || now - workedAt > blameLastsMs) return false
  return strikes >= (ambiguous ? strikesForBlame.ambiguous : strikesForBlame.certain)
}
