import type { Deed, End, Playground } from './playground.js'
import type { Isolation } from './store.js'

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
  /** Pairs of a gap and what happened in it. */
  readonly gaps: number
  readonly deadlocks: number
  readonly waits: number
}

/**
 * Lets the second deed happen in each gap between two steps of the first, with both isolations, and compares with both
 * orders.
 */
export async function inAllGaps(
  playground: Playground,
  [first, second]: readonly [Deed, Deed],
): Promise<Looked> {
  const orders = [
    await playground.play(first, second, 'row-versions'),
    await playground.play(second, first, 'row-versions'),
  ]
  const steps = orders[0]?.steps ?? 0
  const serial = orders.map(({ rows }) => rows.join('\n'))
  const found: Found[] = []
  let [deadlocks, waits] = [0, 0]
  const look = async (isolation: Isolation, gap: number): Promise<boolean> => {
    const end = await playground.play(first, second, isolation, gap)
    deadlocks += end.deadlocks
    waits += end.waits
    if (!serial.includes(end.rows.join('\n'))) {
      const names = { first: first.name, second: second.name, isolation, outcomes: end.outcomes }
      found.push({ ...names, ...difference(end, orders), between: around(end, gap) })
    }
    return end.hasMet
  }
  for (let gap = 2; gap <= steps; gap++) if (await look('row-versions', gap)) await look('locks', gap)
  return { found, gaps: Math.max(0, steps - 1), deadlocks, waits }
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
function difference({ rows }: End, orders: readonly End[]): Pick<Found, 'more' | 'fewer'> {
  const differences = orders.map((order) => ({
    more: without(rows, order.rows),
    fewer: without(order.rows, rows),
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
