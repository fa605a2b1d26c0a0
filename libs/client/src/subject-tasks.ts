import { subjectIdShape, subjectKinds, type SubjectKind } from '../../shared/src/contracts/provisioning.js'
import { wrongPlace, type SubjectStateOf } from '../../shared/src/contracts/subject-state.js'
import { checkedObject } from './checks.js'
import { InvalidTaskError } from './invalid-task-error.js'
import { newTask, type Task } from './task.js'

/** A user, a role or an organisation, and all that is so of it now; `absent` where it is no more. */
export type SubjectChanged = {
  [Kind in SubjectKind]: {
    readonly kind: Kind
    /** What it is called here, for good: a letter or a digit, then also `_`, `.`, `-`; 100 at the most. */
    readonly id: string
    readonly state: SubjectStateOf<Kind> | 'absent'
  }
}[SubjectKind]

/**
 * Either web app: a user, a role or an organisation has changed, or is gone. The systems that are kept in step are told what is so
 * by then, each for which it is something new.
 */
export function subjectChanged(request: SubjectChanged): Task {
  const { kind, id, state } = checkedObject('request', request)
  const known = subjectKinds.find((each) => each === kind)
  if (!known) throw new InvalidTaskError('kind', `must be one of ${subjectKinds.join(', ')}`)
  if (typeof id !== 'string' || !subjectIdShape.test(id))
    throw new InvalidTaskError('id', 'must be 1 to 100 letters, digits, or any of _ . -')
  const data = written({ kind: known, id, state })
  // What was written down is what is looked at: a member may say something else the second time.
  const { state: looked } = JSON.parse(data) as { readonly state?: unknown }
  const wrong = looked === 'absent' ? undefined : wrongPlace(known, looked)
  if (wrong !== undefined) throw new InvalidTaskError(wrong, 'must be as it is said of subjects')
  return newTask('SUBJECT-CHANGED', { AdditionalData: data })
}

function written(data: object): string {
  try {
    return JSON.stringify(data)
  } catch {
    throw new InvalidTaskError('state', 'must be plain data')
  }
}
