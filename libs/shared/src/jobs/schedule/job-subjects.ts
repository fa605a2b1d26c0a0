import { mapped, messages, type JobName, type Message } from '../../contracts/index.js'

type JobMessages = Extract<Message, { readonly job: JobName }>

const ofJobs = Object.values(messages).filter((message): message is JobMessages => 'job' in message)

/** The event that says that a job is due, by the job's name. */
export const jobSubjects = mapped(ofJobs, ({ job, subject }) => [job, subject]) as {
  readonly [Each in JobMessages as Each['job']]: Each['subject']
}
