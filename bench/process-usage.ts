import { readFileSync } from 'node:fs'

const megabyte = 1_024
/** Ticks a second in /proc, the same on every Linux. */
const ticks = 100

/** Megabytes of a process that are in memory, now and at most so far. Linux only. */
export function memoryOf(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
  return { now: kilobytes('VmRSS') / megabyte, peak: kilobytes('VmHWM') / megabyte }
}

/** Processor time of a process so far, in milliseconds. Linux only. */
export function processorTimeOf(pid: number): number {
  // The name, in brackets, may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number)
  return ((user + system) * 1_000) / ticks
}
