import { weekday, type LocalDay, type LocalTime } from '#shared/clock'
import type { ConsumerDay, JobDay } from '#shared/operations'
import { tableLines, type Cell } from '../table.js'
import { timeOn, toSeconds } from '../times.js'

const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

export interface Day {
  readonly date: LocalDay
  /** When it was looked at. */
  readonly now: LocalTime
  readonly jobs: readonly JobDay[]
}

/** The day for people: the jobs, then what their consumers did. */
export function dayLines({ date, now, jobs }: Day): string[] {
  const on = (time: LocalTime | null): Cell => time && timeOn(date, toSeconds(time))
  const jobRows = jobs.map(({ job, due, fired, state, lastFired, next, ...rest }) => [
    ...[job, on(due), on(fired), words(state)],
    ...[lastFired && toSeconds(lastFired), next && toSeconds(next), rest.refused ?? rest.when],
  ])
  const changes = jobs.flatMap(({ job, changed }) =>
    changed ? [`${job}: ${changed.person}, ${toSeconds(changed.date)}: ${changed.reason}`] : [],
  )
  const consumerRows = jobs.flatMap(({ job, consumers }) =>
    consumers.length
      ? consumers.map((run) => [
          ...[job, run.consumer, on(run.started), on(run.ended), duration(run.tookMs), run.rows],
          howItEnded(run, on),
        ])
      : [[job, null, null, null, null, null, 'no consumer known']],
  )
  return [
    `${dayNames[weekday(date) - 1]} ${date}, as seen at ${toSeconds(now)} in London`,
    '',
    ...tableLines(['JOB', 'DUE', 'FIRED', 'STATE', 'LAST FIRED', 'NEXT RUN', 'WHEN'], jobRows),
    ...changes,
    '',
    ...tableLines(['JOB', 'CONSUMER', 'STARTED', 'ENDED', 'TOOK', 'ROWS', 'HOW IT ENDED'], consumerRows),
  ]
}

const words = (state: string): string => state.replaceAll('-', ' ')

function howItEnded({ state, reason, lastHeard }: ConsumerDay, on: (time: LocalTime | null) => Cell): string {
  if (state === 'failed') return `failed: ${reason ?? 'no reason'}`
  if (state === 'retrying') return `retrying, last reason ${reason}`
  if (state === 'running') return `running, last heard of at ${on(lastHeard)}`
  return words(state)
}

/** Milliseconds in words: `0.4 s`, `3 min 12 s`, `1 h 2 min`. */
export function duration(ms: number | null): string | null {
  if (ms === null) return null
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  if (minutes < 1) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
