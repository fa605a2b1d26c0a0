import type { Guard } from './guard.js'
import type { Deed, End, Playground } from './playground.js'
import type { Isolation } from './open-transaction.js'
import { commute, together } from './touched.js'

/** Two deeds at once came to an end that neither order of them comes to. */
export interface Found {
  readonly first: string
  readonly second: string
  readonly isolation: Isolation
  /** The statements before and after which the second began. */
  readonly between: readonly [before: string, after: string]
  readonly outcomes: string
  /** What is there, and not in either order; and the reverse. */
  readonly more: readonly string[]
  readonly fewer: readonly string[]
}

export interface Looked {
  readonly found: readonly Found[]
  /** How often the two were let happen beside each other. */
  readonly tries: number
  /** The gaps there are; where what the second does cannot tell some from others, one of them is tried. */
  readonly gaps: number
  readonly deadlocks: number
  readonly waits: number
}

/** What comes of deeds one after the other: each order once. */
export class Orders {
  private readonly ends = new Map<Deed, Map<Deed, Promise<End>>>()

  constructor(private readonly playground: Playground) {}

  of(first: Deed, second: Deed): Promise<End> {
    const ofFirst = this.ends.get(first) ?? new Map<Deed, Promise<End>>()
    this.ends.set(first, ofFirst)
    const end = ofFirst.get(second) ?? this.playground.play(first, second)
    ofFirst.set(second, end)
    return end
  }
}

/**
 * Lets the second deed happen in each gap between two steps of the first, with both isolations, and compares with both
 * orders.
 */
export async function inAllGaps(
  playground: Playground,
  orders: Orders,
  [first, second]: readonly [Deed, Deed],
): Promise<Looked> {
  const [before, after] = [await orders.of(first, second), await orders.of(second, first)]
  const found: Found[] = []
  let [tries, deadlocks, waits] = [0, 0, 0]
  const look = async (isolation: Isolation, gap: number): Promise<boolean> => {
    const end = await playground.play(first, second, isolation, gap)
    tries += 1
    deadlocks += end.deadlocks
    waits += end.waits
    const orders = [before, after] as const
    if (!isEndOf(end, orders)) found.push(foundAt(gap, end, { first, second, isolation, orders }))
    return end.isolationMatters
  }
  for (const gap of gapsThatDiffer(before, after))
    if (await look('row-versions', gap)) await look('locks', gap)
  return { found, tries, gaps: Math.max(0, before.sent.length - 1), deadlocks, waits }
}

/**
 * What comes of two deeds whose statements do not say a guard: the first that is neither of what the orders come to, which
 * say it.
 */
export async function withoutGuard(
  playground: Playground,
  guard: Guard,
  [first, second]: readonly [Deed, Deed],
): Promise<Found | undefined> {
  const orders = [await playground.play(first, second), await playground.play(second, first)] as const
  playground.guard = guard
  playground.hits.clear()
  try {
    for (const isolation of ['row-versions', 'locks'] as const)
      for (const gap of [1, ...gapsThatDiffer(...orders), Number.POSITIVE_INFINITY]) {
        const end = await playground.play(first, second, isolation, gap)
        if (!isEndOf(end, orders)) return foundAt(gap, end, { first, second, isolation, orders })
      }
  } finally {
    playground.guard = undefined
  }
  return undefined
}

const foundAt = (
  gap: number,
  end: End,
  {
    first,
    second,
    isolation,
    orders,
  }: { first: Deed; second: Deed; isolation: Isolation; orders: readonly [End, End] },
): Found => ({
  ...{ first: first.name, second: second.name, isolation, outcomes: end.outcomes },
  ...difference(end, orders),
  between: around(end, gap),
})

/**
 * Whether everything is as in one of the orders. What goes before its transaction has happened where it does so there, and
 * nothing of it that happens in neither.
 */
function isEndOf(end: End, orders: readonly [End, End]): boolean {
  const [one, other] = orders.map(({ early }) => early)
  const inEither = [...(one ?? []), ...without(other ?? [], one ?? [])]
  if (without(end.early, inEither).length) return false
  const rows = end.rows.join('\n')
  return orders.some((order) => order.rows.join('\n') === rows && !without(order.early, end.early).length)
}

/**
 * The gaps of the first of which no two come to the same: before a step that has nothing to do with what the second does, or
 * after it, is one. Those that come to the same as one of the orders are left out.
 */
function gapsThatDiffer(before: End, after: End): number[] {
  const [steps, ofSecond] = before.touched
  const second = together([...ofSecond, ...after.touched[0]])
  const meeting = steps.flatMap((step, index) => (commute(step, second) ? [] : [index + 1]))
  // Behind each of them but the last; before the first of them is before all.
  return meeting.slice(0, -1).map((step) => step + 1)
}

/** What was found, for people: of what is the same in several gaps, the first. */
export function told(found: readonly Found[]): string[] {
  const alike = new Map<string, Found[]>()
  for (const one of found) {
    const { between, ...rest } = one
    const key = JSON.stringify(rest)
    alike.set(key, [...(alike.get(key) ?? []), { ...rest, between }])
  }
  return [...alike.values()].map((gaps) => {
    const [one] = gaps as [Found]
    const lines = [
      `${one.first} | ${one.second} (${one.isolation}; in ${gaps.length} gaps, the first of them`,
      `between «${one.between[0]}» and «${one.between[1]}»)`,
      `came out as: ${one.outcomes}`,
      ...one.more.map((row) => `+ ${row}`),
      ...one.fewer.map((row) => `- ${row}`),
    ]
    return lines.join('\n   ')
  })
}

const around = ({ sent }: End, gap: number): readonly [string, string] => [
  short(sent[gap - 2] ?? ''),
  short(sent[gap - 1] ?? ''),
]
const short = (text: string) => (text.length > 110 ? `${text.slice(0, 110)}…` : text)

/** From the nearer order. */
function difference(end: End, orders: readonly End[]): Pick<Found, 'more' | 'fewer'> {
  const all = ({ rows, early }: End) => [...rows, ...early.map((effect) => `early: ${effect}`)]
  const differences = orders.map((order) => ({
    more: without(all(end), all(order)),
    fewer: without(all(order), all(end)),
  }))
  const [nearest] = differences.sort((one, other) => size(one) - size(other))
  return nearest ?? { more: [], fewer: [] }
}

const size = ({ more, fewer }: Pick<Found, 'more' | 'fewer'>) => more.length + fewer.length

/** Row by row: of two of the same, one less takes one away. */
function without(rows: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const row of others) left.set(row, (left.get(row) ?? 0) + 1)
  return rows.filter((row) => {
    const count = left.get(row) ?? 0
    left.set(row, count - 1)
    return count <= 0
  })
}
