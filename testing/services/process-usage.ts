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

/** Processor time of everything on this machine so far, in milliseconds over all cores. Linux only. */
export function processorTimeOfMachine(): number {
  const [all = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = all.split(/\s+/).slice(1).map(Number)
  return ((user + nice + system + irq + softIrq) * 1_000) / ticks
}
