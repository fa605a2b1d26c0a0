import { createHash } from 'node:crypto'
import { slotOfTime, type Slot } from './jobs.js'
import { streams } from './streams.js'
import { isSubject, type Subject } from './subjects.js'
import { keyLength, taskRef, type TaskRef } from './task-ref.js'

const digest = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What makes a Task row this row: its number alone comes back after a database was restored. */
export interface TaskIdentity {
  readonly Task: string
  readonly Reference: string | null
  readonly EligibilityId: number | null
  readonly ClaimId: number | null
  readonly DateCreated: string
}

/**
 * The digest of what makes a Task row this row, as it was read. The same for the row in a restored copy, and another
 * one for a row that got its number afterwards. Its data stays out of it: that is personal, and may be put right.
 */
export const taskKey = ({ Task, Reference, EligibilityId, ClaimId, DateCreated }: TaskIdentity): string =>
  digest(JSON.stringify([Task, Reference, EligibilityId, ClaimId, String(DateCreated)])).slice(0, keyLength)

/** Whether a row is the one a message speaks of. A message of a release before the keys can only name its number. */
export const isRowOf = ({ key }: Pick<TaskRef, 'key'>, row: TaskIdentity): boolean =>
  key === undefined || key === taskKey(row)

/** The id of a Task row's message: the same for every delivery of one run. */
export const taskMessageId = ({ schema, taskId, run, key }: TaskRef): string =>
  `${schema}.Task.${taskId}.${run}${key === undefined ? '' : `.${key}`}`

/** The run that a message id of `taskMessageId` stands for; undefined if it is none. */
export function taskOfId(id: string): TaskRef | undefined {
  const found = /^(\w+)\.Task\.(-?\d+)\.(\d+)(?:\.(\w+))?$/.exec(id)
  // Asked of every message: an error of the schema would be made and thrown away for each.
  if (!found) return undefined
  const [, schema, taskId, run, key] = found
  return taskRef.safeParse({ schema, taskId: Number(taskId), run: Number(run), ...(key ? { key } : {}) }).data
}

/** Where a message is, and when the server stored it there, in nanoseconds since 1970. */
export interface Place {
  readonly stream: string
  readonly sequence: number
  readonly storedAt: string
}

/** The id of a message that has none: without the time it would come back once its stream was made anew. */
export const placeId = ({ stream, sequence, storedAt }: Place): string => `${stream}.${sequence}.${storedAt}`

/** The key of a message in the database has so many characters. */
const longestId = 200
const streamNames = Object.values(streams).map(({ name }) => name)
/** No two ids of this kind are the same for a database that does not tell cases apart. */
const plain = /^[\x21-\x40\x5b-\x7e]*$/
/** The ids that the services make with capitals in them, each always in the same places. */
const ownBeginning = `(?:(?:Ext|Int)Schema\\.Task\\.-?|(?:${streamNames.join('|')})\\.)\\d`
const own = new RegExp(`^${ownBeginning}[\\x21-\\x40\\x5b-\\x7e]*$`)
const likeOwn = new RegExp(`^${ownBeginning}`, 'i')

/**
 * An id as it goes into keys, headers and log lines. Databases take texts for the same that differ in case, accents or
 * spaces at the end, and publishers do not: an id for which that could matter gets its digest in front, and one that is
 * too long or not plain becomes its digest. An id that fits stays the same, however often it is asked for.
 */
export function fittingId(id: string): string {
  if (id.length <= longestId && (own.test(id) || (id !== '' && plain.test(id) && !likeOwn.test(id))))
    return id
  return toldApart(id)
}

/**
 * The id of a message that its publisher named, and that is about no Task row: as it fits, unless another message has a
 * claim to it, a Task row's run or a job's day. That one is to come, and would be taken for a repeat of this.
 * @param own the id of the job's day that the message is about
 */
export const publishersId = (id: string, own?: string): string =>
  taskOfId(id) ? toldApart(id) : unlessOfAnotherDay(id, own)

/** The same of a message that nobody can read: it may be a run's own, spoilt on the way, but no job's day. */
export const unreadableId = (id: string): string => unlessOfAnotherDay(id, undefined)

const unlessOfAnotherDay = (id: string, own: string | undefined): string =>
  id !== own && isJobId(id) ? toldApart(id) : fittingId(id)

function toldApart(id: string): string {
  const told = `sha256.${digest(id).slice(0, 32)}.${id.toLowerCase()}`
  return /^[\x21-\x7e]+$/.test(id) && told.length <= longestId ? told : `sha256.${digest(id)}`
}

/** The id of what follows from a message without a Task row of its own: the same for each time its cause is done. */
export const followUpId = (cause: string, subject: Subject): string => fittingId(`${cause}>${subject}`)

/** The id of the message that begins a flow's step: another one for each run, and for no other flow. */
export const stepMessageId = (
  flow: { readonly kind: string; readonly key: string; readonly run: number },
  position: number,
  subject: Subject,
): string =>
  followUpId(`flow.${flow.kind}.${digest(flow.key).slice(0, keyLength)}.${position}.${flow.run}`, subject)

/** Whether an id is one of these: then the outbox has the message, or nobody owes it. */
export const isFollowUpId = (id: string): boolean => isSubject(id.slice(id.lastIndexOf('>') + 1))

/** The id of a job's event: the same from every replica of the scheduler. */
export const scheduleMessageId = (subject: Subject, slot: Slot): string => `${subject}.${slot}`

/** The slot of a job that a body is about: its day, or its time; undefined where it is about none. */
export function slotIn(body: unknown): Slot | undefined {
  const { date, due } = { date: undefined, due: undefined, ...(typeof body === 'object' ? body : {}) }
  if (typeof date === 'string') return date
  const time = typeof due === 'string' ? new Date(due) : undefined
  return time && !Number.isNaN(time.getTime()) ? slotOfTime(time) : undefined
}

/** Whether an id is a job's, for whatever day or time. */
const isJobId = (id: string): boolean =>
  /\.(?:\d{4}-\d\d-\d\d|\d{10})$/.test(id) &&
  streams.schedule.subjects.some((subject) => id.length === subject.length + 11 && id.startsWith(subject))
