import { jobNames, jobs, type JobDefinition, type JobName, type Subject } from '../../contracts/index.js'
import { jobSubjects } from './job-subjects.js'
import { NoTimetable, timetable, type Timetable } from './timetable.js'

/** Whose clock jobs go by, unless it is said. */
export const london = 'Europe/London'

/** A job as the code declares it, with when it is due by default. */
export interface DeclaredJob extends JobDefinition {
  readonly name: string
  /** On which its event is published. */
  readonly subject: Subject
}

export const jobNamed = (name: JobName): DeclaredJob => ({
  ...{ name, subject: jobSubjects[name] },
  ...jobs[name],
})

export const declaredJobs: readonly DeclaredJob[] = jobNames.map(jobNamed)

/**
 * When a job is due by an expression.
 * @throws NoTimetable naming the job, and what cannot be gone by
 */
export function timetableOf(
  { name, by }: Pick<DeclaredJob, 'name' | 'by'>,
  when: string,
  zone = london,
): Timetable {
  try {
    const found = timetable(when, zone)
    if (by === 'day' && !found.isDaily)
      throw new NoTimetable(`${when}: it has one run a day: cron with one minute and one hour is expected`)
    if (by === 'day' && zone !== london) throw new NoTimetable(`${zone}: its days are those of ${london}`)
    return found
  } catch (error) {
    if (error instanceof NoTimetable) throw new NoTimetable(`${name}: ${error.message}`, { cause: error })
    throw error
  }
}
