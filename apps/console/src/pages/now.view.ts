import { nobodyFetches, type HandlerStatus } from '#shared/operations'
import { chartOf, type Chart } from '../snapshot/chart.js'
import { ratePerMinute, throughput } from '../snapshot/samples.js'
import type { Snapshot } from '../snapshot/snapshots.service.js'
import { ageText, timeText } from '../text.js'

/** `red`: somebody has to do something. `amber`: it waits, for what is known or for a decision. `green`: it works. */
export type Light = 'red' | 'amber' | 'green'

export interface HandlerLine {
  readonly name: string
  readonly light: Light
  /** Beside the light: nobody has to see colours. */
  readonly word: string
  readonly why: string
  readonly fetching: number
  readonly waiting: number
  readonly inFlight: number
  readonly oldest: string
  readonly perMinute: string
  readonly lastAnswered: string
  readonly deadLetters: number
}

export interface NowView {
  readonly light: Light
  readonly headline: string
  readonly at: string
  readonly handlers: readonly HandlerLine[]
  readonly serverAway?: string
  readonly databaseAway?: string
  readonly deadLetters?: number
  readonly failedTasks?: number
  readonly owed?: { readonly count: number; readonly oldest: string }
  /** Messages that wait for their moment; absent where none does. */
  readonly waiting?: { readonly count: number; readonly next: string }
  readonly payments: readonly {
    readonly date: string
    readonly state: string
    readonly reason: string | null
  }[]
  readonly charts: readonly { readonly title: string; readonly unit: string; readonly chart: Chart }[]
}

/** What the first page shows of a look. */
export function nowView({ at, server, database, samples }: Snapshot): NowView {
  const now = new Date()
  const status = 'found' in server ? server.found : undefined
  const handlers = (status?.handlers ?? []).map((handler) => ({
    ...lineOf(handler, status?.deadLetters[handler.name] ?? 0),
    perMinute: rateText(ratePerMinute(samples, handler, now)),
  }))
  const rows = 'found' in database ? database.found : undefined
  const failed = rows?.tasks.filter((each) => each.status === 'FAILED') ?? []
  const stopped = rows?.payments.filter(({ state }) => state === 'STOPPED') ?? []
  const deadLetters = sum(Object.values(status?.deadLetters ?? {}))
  const failedTasks = sum(failed.map(({ count }) => count))
  const light = worst([
    ...handlers.map((handler) => handler.light),
    ...(status && rows ? [] : ['red' as const]),
    ...(stopped.length ? ['red' as const] : []),
    ...(deadLetters || failedTasks ? ['amber' as const] : []),
  ])
  return {
    light,
    headline: headlineOf({
      handlers,
      away: [server, database].some((half) => 'away' in half),
      ...{ stopped: stopped.length, deadLetters, failedTasks },
    }),
    at: timeText(at),
    handlers: handlers.sort((one, other) => order[one.light] - order[other.light]),
    ...('away' in server ? { serverAway: server.away } : {}),
    ...('away' in database ? { databaseAway: database.away } : {}),
    ...(status ? { deadLetters } : {}),
    ...(rows
      ? {
          failedTasks,
          owed: {
            count: rows.outbox.owed,
            oldest: rows.outbox.oldestMs === null ? '–' : ageText(rows.outbox.oldestMs),
          },
        }
      : {}),
    ...(rows?.waiting.next
      ? { waiting: { count: rows.waiting.count, next: rows.waiting.next.slice(0, 19) } }
      : {}),
    payments: rows?.payments ?? [],
    charts: chartsOf(samples),
  }
}

function lineOf(handler: HandlerStatus, deadLetters: number): Omit<HandlerLine, 'perMinute'> {
  const { name, fetching, lag, inFlight, oldestMs, lastAnswered } = handler
  return {
    ...{ name, fetching, waiting: lag, inFlight, deadLetters },
    oldest: oldestMs === null ? '–' : ageText(oldestMs),
    lastAnswered: timeText(lastAnswered),
    ...lightOf(handler),
  }
}

function lightOf({ present, paused, upstreamOut, starved }: HandlerStatus): {
  light: Light
  word: string
  why: string
} {
  if (paused)
    return { light: 'amber', word: 'Paused', why: `since ${timeText(paused.since)}: ${paused.reason}` }
  if (upstreamOut) {
    const { refused, since, until, reason } = upstreamOut
    const why = `since ${timeText(since)}, next try ${timeText(until)}: ${reason}`
    return refused
      ? { light: 'red', word: 'Refused', why: `its upstream refuses this service ${why}` }
      : { light: 'amber', word: 'Upstream out', why }
  }
  if (starved === nobodyFetches) return { light: 'red', word: 'Nobody is fetching', why: starved }
  if (starved !== null) return { light: 'red', word: present ? 'Starved' : 'Missing', why: starved }
  return { light: 'green', word: 'Working', why: '' }
}

const order: Readonly<Record<Light, number>> = { red: 0, amber: 1, green: 2 }

const worst = (lights: readonly Light[]): Light =>
  lights.includes('red') ? 'red' : lights.includes('amber') ? 'amber' : 'green'

function headlineOf({
  handlers,
  away,
  stopped,
  deadLetters,
  failedTasks,
}: {
  handlers: readonly Pick<HandlerLine, 'light'>[]
  away: boolean
  stopped: number
  deadLetters: number
  failedTasks: number
}): string {
  if (away) return 'Not everything can be seen'
  const count = (light: Light) => handlers.filter((handler) => handler.light === light).length
  const parts = [
    ...(count('red')
      ? [`${count('red')} ${count('red') === 1 ? 'handler does' : 'handlers do'} not work`]
      : []),
    ...(stopped ? ['a payment run has stopped'] : []),
    ...(count('amber') ? [`${count('amber')} held up`] : []),
    // Nobody mends them by waiting.
    ...(deadLetters ? [`${deadLetters} ${deadLetters === 1 ? 'dead letter' : 'dead letters'}`] : []),
    ...(failedTasks ? [`${failedTasks} failed ${failedTasks === 1 ? 'task' : 'tasks'}`] : []),
  ]
  const text = parts.join(', ')
  return text ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : 'All is well'
}

function chartsOf(samples: Snapshot['samples']): NowView['charts'] {
  const done = chartOf(throughput(samples).map(({ at, perMinute }) => ({ at, value: perMinute })))
  const waiting = chartOf(samples.map(({ at, waiting: value }) => ({ at, value })))
  return [
    ...(done ? [{ title: 'Delivered in a minute', unit: 'a minute', chart: done }] : []),
    ...(waiting ? [{ title: 'Waiting', unit: 'waiting', chart: waiting }] : []),
  ]
}

const rateText = (rate: number | undefined): string => (rate === undefined ? '–' : String(Math.round(rate)))

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
