import { readdirSync, readFileSync } from 'node:fs'
import { memoryOf, processorTimeOf } from '../../testing/services/index.js'
import type { Figure } from '../figures.js'

/** What others are asked to do: as much as `flow` is, with as many at a time. */
export const others = { items: Number(process.env.FLOW_ITEMS ?? 74_000), hands: 16 }

interface Spent {
  readonly seconds: number
  /** Of this process, in milliseconds. */
  readonly processor: number
  /** Of the server. */
  readonly serverProcessor: number
  /** Of this process, in megabytes. */
  readonly quarter: number
  readonly most: number
  readonly serverMost: number
}

/** How long work takes, and what it needs. */
export async function measured(
  serverPid: number,
  done: () => number,
  work: () => Promise<void>,
): Promise<Spent> {
  const memory = { quarter: 0, most: 0 }
  const timer = setInterval(() => {
    const megabytes = process.memoryUsage().rss / 1_048_576
    if (done() < others.items / 4) memory.quarter = megabytes
    memory.most = Math.max(memory.most, megabytes)
  }, 500)
  const [begun, processor, server] = [performance.now(), process.cpuUsage(), serverTime(serverPid)]
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  const { user, system } = process.cpuUsage(processor)
  return {
    seconds: (performance.now() - begun) / 1_000,
    processor: (user + system) / 1_000,
    serverProcessor: serverTime(serverPid) - server,
    ...memory,
    serverMost: Math.max(...familyOf(serverPid).map((pid) => memoryOf(pid).peak)),
  }
}

/** A server, and the processes that it has for its connections. Linux only. */
const familyOf = (pid: number): number[] => [
  pid,
  ...readdirSync('/proc')
    .map(Number)
    .filter((each) => each > 0 && parentOf(each) === pid),
]

const serverTime = (pid: number): number =>
  familyOf(pid).reduce((sum, each) => sum + processorTimeOf(each), 0)

/** Undefined of one that has ended meanwhile. */
function parentOf(pid: number): number | undefined {
  try {
    const [, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return Number(parent)
  } catch {
    return undefined
  }
}

export const figuresOf = (who: string, spent: Spent): Figure[] => [
  { name: `${who}: ${others.items} items that do nothing`, value: spent.seconds, unit: 's' },
  { name: `${who}: processor time an item`, value: spent.processor / others.items, unit: 'ms' },
  { name: `${who}: the same of its server`, value: spent.serverProcessor / others.items, unit: 'ms' },
  { name: `${who}: memory when a quarter is done`, value: spent.quarter, unit: 'MB' },
  { name: `${who}: memory at its most`, value: spent.most, unit: 'MB' },
  {
    name: `${who}: memory of its server, of the largest process, at its most`,
    value: spent.serverMost,
    unit: 'MB',
  },
]
