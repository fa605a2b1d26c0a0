import { messages } from './messages/index.js'
import { mapped } from './mapped.js'

type Messages = typeof messages
export type MessageName = keyof Messages
export type Message = Messages[MessageName]

/** Every subject the services publish or consume, by its message's name. Bodies carry ids; schedules a date. */
export const subjects = mapped(Object.entries(messages), ([name, { subject }]) => [name, subject]) as {
  readonly [Name in MessageName]: Messages[Name]['subject']
}

export type Subject = Message['subject']

/** The message of each subject. */
export const messageOf = mapped(Object.values(messages), (message) => [message.subject, message]) as {
  readonly [Each in Message as Each['subject']]: Each
}

export const isSubject = (name: string): name is Subject => Object.hasOwn(messageOf, name)

/** The contract of each subject's body. */
export const messageSchemas = mapped(Object.values(messages), ({ subject, body }) => [
  subject,
  body.schema,
]) as { readonly [Each in Message as Each['subject']]: Each['body']['schema'] }

/** Where a message goes when its consumer gives up on it. */
export const deadLetterSubject = (consumer: string): string => `dead-letters.${consumer}`
