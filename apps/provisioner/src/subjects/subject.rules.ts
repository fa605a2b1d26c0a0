import { z } from 'zod'
import type { LocalTime } from '#shared/clock'
import {
  subjectIdShape,
  subjectKinds,
  wrongPlace,
  type SubjectKind,
  type SubjectStateOf,
  type TaskRef,
} from '#shared/contracts'

export type SubjectState = { [Kind in SubjectKind]: SubjectStateOf<Kind> }[SubjectKind]

/** What was said of a subject. */
export interface SubjectChange {
  readonly kind: SubjectKind
  readonly id: string
  /** What is so of it now; undefined: it is no more. */
  readonly state: SubjectState | undefined
}

/** When something was said, and by which Task row, where it was one. */
export interface Said {
  readonly at: LocalTime
  readonly task?: Pick<TaskRef, 'schema' | 'taskId'>
}

/**
 * Whether something was said before what was said last: then it comes too late. Whoever asks us says it now, whatever clocks
 * show. Rows of one table are in the order of their numbers, also in the hour that happens twice; a row and what is of no such
 * order are by their times, and no time that is yet to come holds anything back.
 */
export function isOvertaken(said: Said, last: Said, now: LocalTime): boolean {
  if (!said.task) return false
  if (said.task.schema === last.task?.schema) return said.task.taskId < last.task.taskId
  return said.at < last.at && last.at <= now
}

/** As a task's data has it. */
const task = z.strictObject({ kind: z.string(), id: z.string(), state: z.unknown() })

/** What a body or a task says of a subject; or which place of it cannot be so, without what is there. */
export function subjectChange(
  kind: string,
  id: string,
  given: unknown,
): SubjectChange | { readonly wrong: string } {
  const known = subjectKinds.find((each) => each === kind)
  if (!known) return { wrong: `kind: it is one of ${subjectKinds.join(', ')}` }
  if (!subjectIdShape.test(id))
    return { wrong: 'id: it has up to 100 letters, digits, dots, hyphens or underscores' }
  if (given === 'absent') return { kind: known, id, state: undefined }
  const place = wrongPlace(known, given)
  return place === undefined
    ? { kind: known, id, state: given as SubjectState }
    : { wrong: `${place}: it is not as docs/domain/provisioning.md says` }
}

/** What the data of a `SUBJECT-CHANGED` row says. */
export function changeInTask(data: string | null): SubjectChange | { readonly wrong: string } {
  const read = task.safeParse(parsed(data ?? ''))
  return read.success ? subjectChange(read.data.kind, read.data.id, read.data.state) : { wrong: 'state' }
}

/** What is said of a subject to one target, by the names that the formats know. */
export type Facts = Readonly<Record<string, unknown>>

/** What one target is to know of a subject. */
export interface Wanted {
  readonly target: string
  /** Of a user: the organisation at which; empty of others. */
  readonly part: string
  readonly facts: Facts
}

/** What each of these targets is to know of a subject as it is. */
export function wantedOf(kind: SubjectKind, state: SubjectState, targets: readonly string[]): Wanted[] {
  if (kind === 'user') return wantedOfUser(state as SubjectStateOf<'user'>, targets)
  const { targets: named, ...facts } = state as SubjectStateOf<'role' | 'organisation'>
  return targets
    .filter((name) => named?.includes(name) ?? true)
    .map((name) => ({ target: name, part: '', facts }))
}

const wantedOfUser = ({ access, ...facts }: SubjectStateOf<'user'>, targets: readonly string[]): Wanted[] =>
  access
    .filter((each) => targets.includes(each.target))
    .map(({ target, organisation, roles }) => ({
      ...{ target, part: String(organisation.id) },
      facts: { ...facts, organisation, roles },
    }))

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}
