/** The jobs that are due by the clock. */
export const jobNames = ['auto-approval', 'daily', 'payment-run'] as const

export type JobName = (typeof jobNames)[number]

export const isJobName = (name: string): name is JobName => jobNames.some((each) => each === name)
