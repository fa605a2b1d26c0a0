import { subjects, type Subject } from '#shared/contracts'

/** What a subject's channel is called in the document: the name it has in the code. */
export const channelKeys = Object.fromEntries(
  Object.entries(subjects).map(([name, subject]) => [subject, name]),
) as Readonly<Record<Subject, string>>

export const deadLetterChannel = 'deadLetters'
export const noticeChannel = 'tasksWaiting'
