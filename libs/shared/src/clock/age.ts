import { fromLondon, isTime } from './london-time.js'

/** Seconds from a stored time to a moment; nought where it holds none. What was written by a clock ahead is as good as new. */
export function secondsSince(time: string | null, now: Date): number {
  if (!isTime(time)) return 0
  return Math.max(0, (now.getTime() - fromLondon(time).getTime()) / 1_000)
}
