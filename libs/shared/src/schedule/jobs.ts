import { subjects } from '../contracts/index.js'

/** The jobs that are due by the clock, each with the event that says so. */
export const jobSubjects = {
  'auto-approval': subjects.scheduleAutoApproval,
  daily: subjects.scheduleDaily,
  'payment-run': subjects.schedulePaymentRun,
} as const

export type JobName = keyof typeof jobSubjects

export const jobNames = Object.keys(jobSubjects) as JobName[]

export const isJobName = (name: string): name is JobName => Object.hasOwn(jobSubjects, name)
