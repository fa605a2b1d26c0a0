import type { Misbehaviour } from '../../../testing/simulators/index.js'
import type { Dice } from './fault-settings.js'

interface Upstream {
  misbehave(rule: Misbehaviour & { readonly when: { readonly rate: number } }): void
}

/** Beyond every time-out of the fault suite's settings, and of the directions client. */
const slowMs = 3_500

/** Beyond the time-outs too, and before the time to settle is over, Notify's and the helpdesk's. */
const lateMs = 2_500

/** A gateway gives up at once: less than the time to settle alone. */
const givenUpMs = 1_500

const kinds: readonly Misbehaviour[] = [
  { kind: 'refuse' },
  { kind: 'reset' },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'slow', ms: slowMs },
  { kind: 'late', ms: lateMs },
  { kind: 'given-up', ms: givenUpMs },
  { kind: 'garbage' },
  { kind: 'answer-lost' },
]

/** A third of the requests fail, in every way there is; how often in which way is random. */
export function failAThird(upstream: Upstream, dice: Dice): void {
  const weights = kinds.map(() => dice.between(1, 5))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let left = 1
  kinds.forEach((kind, i) => {
    const share = (weights[i] ?? 0) / total / 3
    // A rule is only asked when those before it have let the request through.
    upstream.misbehave({ ...kind, when: { rate: share / left } })
    left -= share
  })
}
