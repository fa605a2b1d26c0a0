import { subjects, type Subject } from '#shared/contracts'

/** What a subject's channel is called in the document: the name it has in the code. */
export const channelKeys = Object.fromEntries(
  Object.entries(subjects).map(([name, subject]) => [subject, name]),
) as Readonly<Record<Subject, string>>

/** Dead letters are described apart: their bodies are others'. */
export type DescribedSubject = Exclude<Subject, typeof subjects.deadLetters>
export const describedSubjects = Object.values(subjects).filter(
  (subject): subject is DescribedSubject => subject !== subjects.deadLetters,
)

export const deadLetterChannel = channelKeys[subjects.deadLetters]
export const noticeChannel = 'tasksWaiting'
