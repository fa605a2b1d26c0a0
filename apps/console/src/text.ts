import { toLondon, type LocalTime } from '#shared/clock'

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

/** An age, in milliseconds, for people: its two largest units, `3d 4h`, `12min 5s`, `0s`. */
export function ageText(ms: number): string {
  const parts: string[] = []
  let left = Math.floor(ms / 1_000) * 1_000
  for (const [unit, name] of units) {
    if (left >= unit) parts.push(`${Math.floor(left / unit)}${name}`)
    left %= unit
  }
  if (left || !parts.length) parts.push(`${left / 1_000}s`)
  return parts.slice(0, 2).join(' ')
}

/** A moment as the London clock shows it, without milliseconds. */
export function timeText(time: Date | LocalTime | null | undefined): string {
  if (time === null || time === undefined) return '–'
  return (typeof time === 'string' ? time : toLondon(time)).slice(0, 19)
}
