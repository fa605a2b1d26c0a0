/**
 * What an upstream can do wrong.
 *
 * `refuse` and `status` do no work. All the others do the work and record the call, because that is the harder
 * case for a client: `slow` answers `ms` later, `reset` cuts the connection half-way through the answer,
 * `garbage` answers 200 with something unreadable, `answer-lost` cuts the connection before the answer. `late` is the
 * hardest: it does the work and answers only `ms` later, whether or not anybody still waits. `given-up` is that behind
 * a gateway which has lost patience: 504 at once, and the work is done `ms` later.
 */
export type Misbehaviour =
  | { kind: 'slow'; ms: number }
  | { kind: 'late'; ms: number }
  | { kind: 'given-up'; ms: number }
  | { kind: 'refuse' }
  | {
      kind: 'status'
      status: number
      /** Text, or anything else as JSON; left out, what this upstream says with such a status. */
      body?: unknown
      headers?: Record<string, string> | undefined
    }
  | { kind: 'reset' }
  | { kind: 'garbage' }
  | { kind: 'answer-lost' }

/** When a rule applies; left out, always. All of those given must hold. */
export interface Occasion<Call> {
  /** So many times, then never again. */
  times?: number | undefined
  /** A share of the requests, 0 to 1. */
  rate?: number | undefined
  /** Only calls it accepts; requests that are not recorded as calls (Notify's look-ups) never match. */
  match?: ((call: Call) => boolean) | undefined
}

export type MisbehaviourRule<Call> = Misbehaviour & { when?: Occasion<Call> | undefined }

const ofWork: readonly Misbehaviour['kind'][] = ['answer-lost', 'late', 'given-up']

/** The rules in force. The first that applies decides. */
export class MisbehaviourRules<Call> {
  #rules: { rule: MisbehaviourRule<Call>; left: number }[] = []

  constructor(private readonly random: () => number) {}

  add(rule: MisbehaviourRule<Call>): void {
    this.#rules.push({ rule, left: rule.when?.times ?? Infinity })
  }

  clear(): void {
    this.#rules = []
  }

  /** The misbehaviour for this request, if any; uses up one of its rule's times. */
  choose(call: Call | undefined): Misbehaviour | undefined {
    const entry = this.#rules.find(({ rule }) => this.#applies(rule, call))
    if (!entry) return undefined
    entry.left -= 1
    if (entry.left <= 0) this.#rules = this.#rules.filter((other) => other !== entry)
    return entry.rule
  }

  #applies(rule: MisbehaviourRule<Call>, call: Call | undefined): boolean {
    // A look-up has no work that could be late, or whose answer could be lost; without this a rule meant for the call
    // would be spent on it.
    if (ofWork.includes(rule.kind) && call === undefined) return false
    const { match, rate } = rule.when ?? {}
    if (match && (call === undefined || !match(call))) return false
    return rate === undefined || this.random() < rate
  }
}

/** A random source between 0 and 1 that gives the same numbers for the same seed, so that a run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    // A counter put through an integer hash: evenly spread, and any seed will do.
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
