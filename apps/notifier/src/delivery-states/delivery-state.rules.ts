import { arrivedStates, failedStates, type ArrivedState, type FailedState } from '#shared/contracts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** For so long the providers behind Notify try. */
const longestMs = 72 * hourMs
/** Between two looks at one of them there is never more. */
export const longestPauseMs = hourMs

/** After 1, 4, 9 … minutes; from about an hour on every hour, up to three days. In milliseconds after it was sent. */
const looksMs: readonly number[] = (() => {
  const squares = [1, 2, 3, 4, 5, 6, 7].map((n) => n * n * minuteMs)
  const last = squares.at(-1) ?? 0
  const hours = Array.from({ length: 71 }, (_, i) => last + (i + 1) * hourMs)
  return [...squares, ...hours, longestMs]
})()

/** When Notify is to be asked next; undefined where it has had its three days. */
export function nextLook(sent: Date, now: Date): Date | undefined {
  const elapsed = now.getTime() - sent.getTime()
  const next = looksMs.find((ms) => ms > elapsed)
  return next === undefined ? undefined : new Date(sent.getTime() + next)
}

export const hasArrived = (status: string): status is ArrivedState =>
  arrivedStates.some((state) => state === status)

export const hasFailed = (status: string): status is FailedState =>
  failedStates.some((state) => state === status)

/** Whether the same may reach its recipient another time: a full mailbox, a phone that is off, a fault of Notify's own. */
export const mayPass = (state: string): boolean =>
  state === 'temporary-failure' || state === 'technical-failure'

/** When somebody looks again whether what was to be sent anew was sent: as Notify is asked, and for as long as it takes. */
export const lookAfter = (from: Date, now: Date): Date =>
  nextLook(from, now) ?? new Date(now.getTime() + longestPauseMs)

/** `twice`: what may pass has failed a second time. `not-anew`: it was not sent a second time. */
export type Tried = 'twice' | 'not-anew'

/** What caseworkers read of it. */
export function failureNote(channel: string, state: FailedState, tried: Tried): string {
  const what = `${channel === 'email' ? 'An email' : 'A text message'} about this claim did not reach its recipient`
  if (!mayPass(state)) return `${what}: ${because[state]}.`
  const again = tried === 'twice' ? 'also the second time' : 'and it was not sent a second time'
  return `${what}: ${because[state]}, ${again}.`
}

const because = {
  'permanent-failure': 'the address or number does not exist, or refuses it',
  'temporary-failure': 'the mailbox was full or the phone off',
  'technical-failure': 'it could not be handed over',
} as const satisfies Record<FailedState, string>
