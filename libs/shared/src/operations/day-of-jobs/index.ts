export { wasNotMeant, type ConsumerDay, type DayKnown, type JobDay } from './day-of-jobs.rules.js'
export { JobRecords } from './job-records.repository.js'
export { readDay, type DayRead } from './read-day.js'
export { readFortnight, type DayOfFortnight, type JobOnDay } from './read-fortnight.js'
