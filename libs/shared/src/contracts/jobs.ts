/** A job that is due by the clock, as it is declared. */
export interface JobDefinition {
  /** What one run of it is for: a London day, of which each has one run, or the time at which it was due. */
  readonly by: 'day' | 'time'
  /** When it is due, unless a setting or an operator says otherwise: `cron 30 3 * * *`, `every 15m`, `after-start 30s`. */
  readonly when: string
  /** Whose clock it goes by; London's by default, and always for one that is by the day. */
  readonly zone?: string
}

/** The jobs that are due by the clock. */
export const jobs = {
  'auto-approval': { by: 'day', when: 'cron 30 3 * * *' },
  daily: { by: 'day', when: 'cron 30 4 * * *' },
  'payment-run': { by: 'day', when: 'cron 5 0 * * 1-5' },
  'prison-register': { by: 'time', when: 'cron 45 5 * * *' },
  'look-up-notifications': { by: 'time', when: 'every 1m' },
} as const satisfies Record<string, JobDefinition>

export type JobName = keyof typeof jobs

export const jobNames = Object.keys(jobs) as [JobName, ...JobName[]]

export const isJobName = (name: string): name is JobName => Object.hasOwn(jobs, name)

/** Which run of a job it is, in ten characters: its day, or the second at which it was due, counted from 1970. */
export type Slot = string

/** The slot of a time: no two are the same, also in the hour that clocks show twice. */
export const slotOfTime = (due: Date): Slot => String(Math.floor(due.getTime() / 1_000)).padStart(10, '0')

/** The time of a slot; undefined where it is a day, or nothing. */
export const timeOfSlot = (slot: Slot): Date | undefined =>
  /^\d{10}$/.test(slot) ? new Date(Number(slot) * 1_000) : undefined
