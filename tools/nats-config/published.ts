import { messages, subjects, taskSubjects, type Subject } from '#shared/contracts'
import { jobSubjects } from '#shared/jobs'
import { serviceNames } from '../../testing/services/index.js'
import { consumersOf, firesJobs } from './consumers.js'
import type { ServiceName } from './user-names.js'

/**
 * The subjects of the work a service publishes, each once: its follow-ups and the jobs it fires or missed. The relay publishes
 * what any Task row or outbox may owe.
 */
export function publishedBy(service: ServiceName): Subject[] {
  const jobs = firesJobs(service) ? [...Object.values(jobSubjects), subjects.jobMissed] : []
  const owed =
    service === 'task-relay'
      ? [...Object.values(taskSubjects), ...beginnings, ...serviceNames.flatMap(followUpsOf)]
      : []
  return [...new Set([...followUpsOf(service), ...jobs, ...owed])].sort()
}

/** Of the steps of flows. */
const beginnings = Object.values(messages).flatMap((each) => ('beginsStep' in each ? [each.subject] : []))

/** What may follow from the work of its handlers. */
const followUpsOf = (service: ServiceName): Subject[] =>
  consumersOf(service).flatMap(({ followUps }) => followUps.map(({ subject }) => subject))
