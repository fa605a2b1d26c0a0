import type { DeadLetter } from '#shared/operations'

/** Dead letters of one reason, one handler and one subject, which of an email is its template. */
export interface LetterGroup {
  readonly reason: string
  readonly consumer: string
  readonly subject: string
  readonly count: number
  readonly first: Date
  readonly last: Date
  /** The first few, each once. */
  readonly references: readonly string[]
}

const referencesShown = 5

/** The groups, the largest first. */
export function groupsOf(letters: readonly DeadLetter[]): LetterGroup[] {
  const groups = new Map<string, DeadLetter[]>()
  for (const letter of letters) {
    const key = JSON.stringify([letter.reason, letter.consumer, letter.subject])
    const group = groups.get(key)
    if (group) group.push(letter)
    else groups.set(key, [letter])
  }
  return [...groups.values()].flatMap(groupOf).sort((one, other) => other.count - one.count)
}

function groupOf(letters: readonly DeadLetter[]): LetterGroup[] {
  const [first, last] = [letters[0], letters.at(-1)]
  if (!first || !last) return []
  const { reason, consumer, subject } = first
  const references = new Set<string>()
  for (const { reference } of letters) {
    if (reference !== undefined) references.add(reference)
    if (references.size === referencesShown) break
  }
  const times = { first: first.stored, last: last.stored }
  return [{ reason, consumer, subject, count: letters.length, ...times, references: [...references] }]
}

/** Which letters a group, or any narrower choice, has. */
export interface GroupChosen {
  readonly reason?: string
  readonly consumer?: string
  readonly subject?: string
}

export const ofGroup = (letters: readonly DeadLetter[], chosen: GroupChosen): DeadLetter[] =>
  letters.filter(
    (letter) =>
      (chosen.reason === undefined || letter.reason === chosen.reason) &&
      (chosen.consumer === undefined || letter.consumer === chosen.consumer) &&
      (chosen.subject === undefined || letter.subject === chosen.subject),
  )
