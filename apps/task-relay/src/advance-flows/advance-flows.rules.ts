/** A step as it has ended, or was never begun. */
export interface StepSoFar {
  readonly position: number
  readonly ended: boolean
}

/**
 * What comes after a step that has ended: the next that has not been, or nothing. Where what began the step failed, what
 * was to come of it is not there for the steps after it, and only the last one comes, which says so.
 */
export function stepAfter<Step extends StepSoFar>(
  steps: readonly Step[],
  position: number,
  { beganWell }: { readonly beganWell: boolean },
): Step | undefined {
  const after = steps.filter((step) => step.position > position && !step.ended)
  return beganWell ? after[0] : after.at(-1)
}

/** Of one step so many items are with the broker at a time: others need not wait behind all of them. */
export const mostUnderWay = 500

/** How many more may go to the broker. */
export const roomFor = (underWay: number): number => Math.max(0, mostUnderWay - underWay)

/** How often it is looked how far flows have come, where there is nothing to do, in milliseconds. */
export const restMs = 500
/** Looks that find a few items each would cost more than the items. */
const soonMs = 100
const many = mostUnderWay / 5

/** Milliseconds until the next look, where so many were released by this one: more may have ended meanwhile. */
export const pauseAfter = (released: number): number => (released >= many ? 0 : released ? soonMs : restMs)
