import {
  claimBody,
  jobMissedBody,
  jobMissedId,
  messageOf,
  scheduleBody,
  scheduleMessageId,
  subjects,
  taskMessageId,
  type MessageDefinition,
  type Subject,
  type TaskRef,
} from '#shared/contracts'
import type { DescribedSubject } from './channel-keys.js'

/** Invented, like all that is in the examples. */
const task: TaskRef = { schema: 'ExtSchema', taskId: 56, run: 1, key: '5f0c1a9e77d2b384' }
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const time = '2026-11-20T10:00:00.000Z'

interface Example {
  readonly name: string
  readonly summary: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payload: object
}

/** Examples of a subject's messages: as the services publish it, and as a web app may. */
export function examplesOf(subject: DescribedSubject): Example[] {
  const { body: carried, fromWebApps }: MessageDefinition = messageOf[subject]
  const body = carried.example
  if (subject === subjects.deliveriesExhausted) {
    return [{ name: 'advisory', summary: 'From the server, which says more than this.', payload: body }]
  }
  if (!fromWebApps) {
    const id =
      subject === subjects.jobMissed
        ? jobMissedId(jobMissedBody.example)
        : scheduleMessageId(subject, scheduleBody.example.date)
    const headers = headersOf(id, subject, 'hwpv/scheduler')
    return [{ name: 'from-the-clock', summary: 'From the scheduler.', headers, payload: body }]
  }
  const ofTask = {
    name: 'of-a-task-row',
    summary: 'From the relay: the message of a Task row’s first run.',
    headers: headersOf(taskMessageId(task), subject, 'hwpv/task-relay'),
    payload: { ...body, task },
  }
  if (fromWebApps === 'only-with-task') return [ofTask]
  return [
    ofTask,
    {
      name: 'published-directly',
      summary: 'From a web app, without a Task row.',
      headers: { 'Nats-Msg-Id': `web-app.${subject}.34` },
      payload: body,
    },
  ]
}

const headersOf = (id: string, subject: Subject, source: string): Record<string, string> => ({
  'Nats-Msg-Id': id,
  'ce-specversion': '1.0',
  'ce-id': id,
  'ce-type': subject,
  'ce-source': source,
  'ce-time': time,
  'content-type': 'application/json',
  traceparent,
})

/** A claim's message that one handler gave up on. */
export const deadLetterExample: Example = {
  name: 'given-up',
  summary: 'A submitted claim without the rows it must have.',
  headers: {
    ...headersOf(taskMessageId(task), subjects.claimSubmitted, 'hwpv/task-relay'),
    'Nats-Msg-Id': 'complete-claim.CLAIMS.78.1795168800123456789',
    'hwpv-reason': 'claim-not-found',
    'hwpv-consumer': 'complete-claim',
    'hwpv-subject': subjects.claimSubmitted,
    'hwpv-stream': 'CLAIMS',
    'hwpv-sequence': '78',
    'hwpv-deliveries': '1',
  },
  payload: { ...claimBody.example, task },
}
