import { scaleTime } from 'd3-scale'
import { addDays, fromLondon, type LocalDay, type LocalTime } from '#shared/clock'
import {
  wasNotMeant,
  type ConsumerDay,
  type DayOfFortnight,
  type JobDay,
  type JobOnDay,
} from '#shared/operations'
import { timeText } from '../text.js'
import type { Cell, Table } from './table.js'

const colours: Readonly<Record<JobDay['state'], string>> = {
  fired: 'green',
  due: 'yellow',
  missed: 'red',
  'not-due-yet': 'grey',
  'not-on-this-day': 'grey',
  'before-the-first-start': 'grey',
  'before-it-was-changed': 'grey',
  paused: 'yellow',
  'no-next-run': 'red',
}

/** The jobs with when each was due and fired; `input` is what firing it by hand would be about. */
export const jobViews = (jobs: readonly JobDay[], date: LocalDay | undefined) =>
  jobs.map(({ job, state, due, fired, lastFired, next, when, zone, ...rest }) => ({
    ...{
      when,
      zone,
      paused: rest.paused,
      refused: rest.refused,
      isDefault: rest.isDefault,
      times: rest.times,
    },
    changed: rest.changed && { ...rest.changed, date: timeText(rest.changed.date) },
    about: { job },
    asBefore: { job, when: null, zone: null },
    ...{ job, state: state.replaceAll('-', ' '), colour: colours[state] },
    ...{ due: timeText(due), fired: timeText(fired), lastFired: timeText(lastFired), next: timeText(next) },
    input: date === undefined ? undefined : { job, date, again: false, longAgo: false },
  }))

export const consumerRows = (jobs: readonly JobDay[]): Cell[][] =>
  jobs.flatMap(({ job, consumers }) =>
    consumers.map((run): Cell[] => [
      ...[job, run.consumer, timeText(run.started), timeText(run.ended), run.rows],
      {
        text: run.state.replaceAll('-', ' '),
        tag: colourOf(run),
        ...(run.reason ? { hint: run.reason } : {}),
      },
    ]),
  )

function colourOf({ state }: ConsumerDay): string {
  if (state === 'done') return 'green'
  if (state === 'failed' || state === 'missed') return 'red'
  return state === 'running' || state === 'retrying' || state === 'due' ? 'yellow' : 'grey'
}

/** Fired so much after it was due, it was caught up, in milliseconds. */
const caughtUpMs = 120_000

export const fortnightTable = (days: readonly DayOfFortnight[]): Table => ({
  caption: 'The last fortnight',
  headings: ['Day', ...(days[0]?.jobs.map(({ job }) => job) ?? [])],
  rows: days.map(({ date, jobs }): Cell[] => [
    { text: date, href: `/jobs?date=${date}` },
    ...jobs.map(onDay),
  ]),
})

function onDay({ state, fired, lateMs, by }: JobOnDay): Cell {
  if (fired === null || lateMs === null)
    return wasNotMeant(state) ? '–' : { text: state.replaceAll('-', ' '), tag: colours[state] }
  const hint = timeText(fired).slice(11)
  if (by !== null) return { text: `by ${by}`, tag: 'yellow', hint }
  return lateMs < caughtUpMs
    ? { text: 'fired', tag: 'green', hint }
    : { text: 'caught up', tag: 'yellow', hint }
}

const [width, left, row, head] = [720, 170, 22, 24]

/** The day as a time line: a bar for each run. Undefined where nothing ran. */
export function dayPicture(jobs: readonly JobDay[], date: LocalDay) {
  const runs = jobs.flatMap(({ consumers }) => consumers).filter(({ started }) => started !== null)
  if (!runs.length) return undefined
  const at = (time: LocalTime) => fromLondon(time)
  const x = scaleTime([at(`${date} 00:00:00`), at(`${addDays(date, 1)} 00:00:00`)], [left, width]).clamp(true)
  return {
    width,
    height: head + runs.length * row,
    hours: [0, 6, 12, 18].map((hour) => {
      const text = `${String(hour).padStart(2, '0')}:00`
      return { text, x: Math.round(x(at(`${date} ${text}:00`))) }
    }),
    bars: runs.map(({ consumer, state, started, ended, lastHeard }, place) => {
      const begin = x(at(started ?? ''))
      const end = x(at(ended ?? lastHeard ?? started ?? ''))
      return {
        ...{ consumer, state, y: head + place * row, x: Math.round(begin) },
        width: Math.max(4, Math.round(end - begin)),
        kind: state === 'done' ? 'done' : state === 'failed' ? 'failed' : 'other',
      }
    }),
  }
}
