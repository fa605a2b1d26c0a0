const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** An age as an operator writes it (`90s`, `15m`, `2h`, `3d`) in milliseconds; undefined if it is none. */
export function ageMs(text: string): number | undefined {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  return match ? Number(match[1]) * units[match[2] as keyof typeof units] : undefined
}

/** How old something is, in milliseconds; the clock that said when may be ahead of ours. */
export const ageOf = (time: Date, now: Date): number => Math.max(0, now.getTime() - time.getTime())

/** Which ages are wanted, in milliseconds: from the younger to the older, both included. */
export interface Ages {
  readonly olderThan?: number
  readonly newerThan?: number
}

export const hasAge = ({ olderThan = 0, newerThan = Infinity }: Ages, age: number): boolean =>
  age >= olderThan && age <= newerThan
