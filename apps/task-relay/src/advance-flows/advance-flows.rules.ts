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
