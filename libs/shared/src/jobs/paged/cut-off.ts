import { addDays, type LocalTime } from '../../clock/index.js'
import type { JobProgress } from './job-runs.repository.js'

/** Exactly so many days before the run began, by the wall clock, to the second. */
export const cutOff = ({ date, started }: Pick<JobProgress, 'date' | 'started'>, days: number): LocalTime =>
  `${addDays(date, -days)} ${started.slice(11, 19)}`
