import { messages } from './messages/index.js'
import { messageOf, type Message, type Subject } from './subjects.js'

export type StreamName = Message['stream']

export interface StreamDefinition {
  readonly name: StreamName
  readonly description: string
  readonly subjects: readonly Subject[]
  readonly maxAgeDays: number
}

const days = { work: 14, deadLetters: 30 }

type SubjectIn<Name extends StreamName> = Extract<Message, { readonly stream: Name }>['subject']

const subjectsIn = <Name extends StreamName>(name: Name) =>
  Object.values(messages)
    .filter(({ stream }) => stream === name)
    .map(({ subject }) => subject as SubjectIn<Name>)

/** A stream with the subjects of the messages that it keeps. */
const stream = <Name extends StreamName>(name: Name, description: string, maxAgeDays = days.work) => ({
  ...{ name, description, maxAgeDays },
  subjects: subjectsIn(name),
})

/** The streams of the project; `npm run nats:provision` makes them, and every service compares them with these. */
export const streams = {
  claims: stream('CLAIMS', 'Work on a claim, and on the registers that claims are judged by'),
  notifications: stream(
    'NOTIFICATIONS',
    'Emails to send, help asked for, events for other systems, and what those are kept in step with',
  ),
  schedule: stream('SCHEDULE', 'Jobs that are due by the clock'),
  deadLetters: stream('DEAD_LETTERS', 'Messages a consumer gave up on, with the reason', days.deadLetters),
  alerts: stream('ALERTS', 'What people are to be told'),
  advisories: stream('ADVISORIES', 'Deliveries exhausted without an answer, as the server noticed them'),
} satisfies Record<string, StreamDefinition>

/** The name of the stream that stores a subject. */
export const streamOf = (subject: Subject): StreamName => messageOf[subject].stream
