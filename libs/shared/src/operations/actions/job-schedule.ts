import { z } from 'zod'
import { jobNames, type JobName } from '../../contracts/index.js'
import {
  london,
  NoTimetable,
  scheduleState,
  timetableOf,
  type DeclaredJob,
  type ScheduleChange,
} from '../../jobs/index.js'
import { OperationFailed } from '../operation-failed.js'
import type { ActionParts } from './action-parts.js'
import type { Doing } from './action.js'

export const jobName = z.enum(jobNames)

/** What came of a word about when a job is due. */
export interface JobSaid {
  readonly job: JobName
  readonly paused: boolean
  readonly when: string
  readonly zone: string
}

/**
 * Says of a job that it is paused, goes on, or is due by something else; for all schedulers, from their next look on.
 * @throws OperationFailed naming what cannot be gone by
 */
export async function sayOfJob(
  job: JobName,
  said: Pick<ScheduleChange, 'state' | 'when' | 'zone'>,
  { schedules, settings }: Pick<ActionParts, 'schedules' | 'settings'>,
  { dryRun, person = '', reason = '' }: Doing,
): Promise<JobSaid> {
  const declared = settings().jobs.find(({ name }) => name === job)
  if (!declared) throw new OperationFailed(`there is no job ${job}`)
  const rows = await schedules.rows()
  const row = rows.find(({ Job }) => Job === job)
  const { when = row?.Expression, zone = row?.TimeZone } = said
  const due = { when: when ?? declared.when, zone: zone ?? declared.zone ?? london }
  const state = said.state ?? row?.State ?? scheduleState.active
  // Whatever it is due by, it can be paused.
  if (said.state !== scheduleState.paused) assertGood(declared, due)
  if (!dryRun) await schedules.change(job, { ...said, person, reason })
  return { job, paused: state !== scheduleState.active, ...due }
}

function assertGood(declared: DeclaredJob, { when, zone }: Pick<JobSaid, 'when' | 'zone'>): void {
  try {
    timetableOf(declared, when, zone)
  } catch (error) {
    if (error instanceof NoTimetable) throw new OperationFailed(error.message)
    throw error
  }
}

export const whenWords = ({ when, zone }: JobSaid): string => `${when} (${zone})`
