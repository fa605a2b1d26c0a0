import type { FaultMeaning } from '../soap/fault-codes.js'

/** Whether a target has a subject: MAYBE where it was told to make it and nobody knows whether it has. */
export type AtTarget = 'NO' | 'MAYBE' | 'YES'

export interface Call {
  readonly action: 'CREATE' | 'UPDATE'
}

/** What is known of an entry before it is told. */
export interface Standing {
  readonly isAbsent: boolean
  readonly wantedVersion: number
  readonly confirmedVersion: number
  readonly atTarget: AtTarget
}

/**
 * What is to be said to the target; undefined where it knows already, or never knew of what is gone. What it may have made
 * already is not made again: it is changed, and made only where the target says that it has it not.
 */
export function nextCall({
  isAbsent,
  wantedVersion,
  confirmedVersion,
  atTarget,
}: Standing): Call | undefined {
  if (confirmedVersion === wantedVersion) return undefined
  if (atTarget === 'NO') return isAbsent ? undefined : { action: 'CREATE' }
  return { action: 'UPDATE' }
}

/** What an answer comes to. */
export type Answer =
  | { readonly kind: 'confirmed' }
  /** It has refused this, and said why: nothing was done. */
  | { readonly kind: 'fault'; readonly meaning: FaultMeaning; readonly reason: string }
  /** Nobody has heard it. */
  | { readonly kind: 'not-heard'; readonly reason: string }
  /** Perhaps it was done. */
  | { readonly kind: 'unknown'; readonly reason: string }
  /** What is set up for the target is wrong, whatever is said to it. */
  | { readonly kind: 'misconfigured'; readonly reason: string }

/** What follows from an answer. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly atTarget: AtTarget }
  /** The target knows better whether it has it: said again accordingly, at once. */
  | { readonly kind: 'otherwise'; readonly atTarget: AtTarget }
  /** Another try. `ofTarget`: for a reason that is the target's. */
  | {
      readonly kind: 'again'
      readonly atTarget: AtTarget
      readonly reason: string
      readonly ofTarget: boolean
    }
  | { readonly kind: 'never'; readonly atTarget: AtTarget; readonly reason: string }

/** @param before what was known before this call */
export function judge(answer: Answer, { action }: Call, { isAbsent, atTarget: before }: Standing): Verdict {
  switch (answer.kind) {
    case 'confirmed':
      return { kind: 'confirmed', atTarget: 'YES' }
    case 'not-heard':
    case 'misconfigured':
      return { kind: 'again', atTarget: before, reason: answer.reason, ofTarget: true }
    case 'unknown': {
      const atTarget = action === 'CREATE' ? 'MAYBE' : before
      return { kind: 'again', atTarget, reason: answer.reason, ofTarget: true }
    }
    case 'fault':
      return judgeFault(answer, action, { isAbsent, before })
  }
}

function judgeFault(
  { meaning, reason }: { readonly meaning: FaultMeaning; readonly reason: string },
  action: Call['action'],
  { isAbsent, before }: { readonly isAbsent: boolean; readonly before: AtTarget },
): Verdict {
  switch (meaning) {
    case 'there':
      if (action === 'CREATE') return { kind: 'otherwise', atTarget: 'YES' }
      return { kind: 'never', atTarget: before, reason }
    case 'not-there':
      if (isAbsent) return { kind: 'confirmed', atTarget: 'NO' }
      if (action === 'UPDATE') return { kind: 'otherwise', atTarget: 'NO' }
      return { kind: 'never', atTarget: before, reason }
    case 'refused':
      return { kind: 'again', atTarget: before, reason, ofTarget: true }
    case 'temporary':
      return { kind: 'again', atTarget: before, reason, ofTarget: false }
    case 'permanent':
      return { kind: 'never', atTarget: before, reason }
  }
}
