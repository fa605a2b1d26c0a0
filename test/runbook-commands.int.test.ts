import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayOf, toLondon } from '#shared/clock'
import type { ActionName } from '#shared/operations'
import { startConsole, type RunningConsole } from '../apps/console/src/start-console.js'
import { provideOnce } from '../tools/provision/index.js'
import { startBroker, type Broker } from './support/broker.js'
import { runOps } from './support/run-ops.js'
import { withOwnClock } from './support/shifted-clock.js'
import { createTestDatabase, type TestDatabase } from './support/test-database.js'
import { until } from './support/until.js'

const page = readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8').replaceAll(/\n\s*/g, ' ')

/** What the page leaves to its reader. */
const examples: Readonly<Record<string, string>> = {
  '<number>': '7',
  '<reference>': 'ABC1234',
  '<handler>': 'send-email',
  '<stamp>': '20261121000500',
  '<date>': '2026-11-21',
  '<code>': 'notify-400',
  '<command>': 'tasks',
  '<ClaimId>': '7',
  '<TopUpId>': '7',
  '<file or stamp>': '20261121000500',
  '<target>': 'gias',
  '<address>': 'https://example.com/service?wsdl',
}
const filledIn = (command: string): string =>
  command.replaceAll(/<[^>]+>/g, (name) => examples[name] ?? name).replaceAll(/["']/g, '')

const shown = [...new Set([...page.matchAll(/`ops ([^`]+)`/g)].map(([, command = '']) => filledIn(command)))]
/** Named in passing: the whole of it stands elsewhere on the page, or has a filter that is the reader's to choose. */
const isMention = (command: string): boolean =>
  shown.some((other) => other.startsWith(`${command} `)) ||
  /^tasks (?:retry|close)$|(?:readdress|discard)$/.test(command)
const commands = shown.filter((command) => !isMention(command) && !command.endsWith('--help'))

let nats: Broker
let database: TestDatabase
let web: RunningConsole
const now = { CLOCK_START: '2026-11-21 12:00:00', LOG_LEVEL: 'silent' }

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startBroker(), createTestDatabase()])
  await provideOnce({ ...nats.envOf('provision'), ...now })
  web = await startConsole({
    ...withOwnClock({ ...database.env, ...nats.envOf('console'), ...now }),
    port: 0,
  })
  await until('NATS is there', async () => (await fetch(`${web.url}/api/v1/handlers`)).ok)
}, 120_000)
afterAll(async () => {
  await web.stop()
  await nats.stop()
  await database.remove()
})

/** Where the console does the same. */
function placeOf(command: string): string {
  const [name = '', first = '', second = ''] = command.split(' ')
  const option = (of: string) => new RegExp(`--${of} (\\S+)`).exec(command)?.[1] ?? ''
  const action = (of: ActionName, input: object) =>
    `/do/${of}?input=${encodeURIComponent(JSON.stringify(input))}`
  const moment = { from: '2026-11-21T09:00:00Z', to: '2026-11-21T10:00:00Z' }
  const filter = Object.fromEntries(
    ['consumer', 'reason'].flatMap((of) => (option(of) ? [[of, option(of)]] : [])),
  )
  const letters = /^\d+$/.test(second) ? { sequences: [Number(second)] } : { filter }
  const places: Readonly<Record<string, string>> = {
    status: '/',
    journey: `/journey/${first}`,
    schedule: `/jobs?date=${option('date')}`,
    'schedule pause': action('pause-job', { job: second }),
    'schedule resume': action('resume-job', { job: second }),
    'schedule change': action('change-job', { job: second, when: null }),
    'dead-letters list': `/failures?${new URLSearchParams(filter).toString()}`,
    'dead-letters show': `/failures/${second}`,
    'dead-letters retry': action('retry-dead-letters', letters),
    'dead-letters discard': action('discard-dead-letters', letters),
    'tasks list': '/tasks',
    'pause --list': '/held-up',
    pause: action('pause-handler', { handler: first }),
    resume: command.includes('--upstream')
      ? action('try-upstream', { upstream: first === 'send-email' ? 'notify' : 'chat' })
      : action('resume-handler', { handler: first }),
    'flows list': '/flows',
    'flows show': `/flows/${second}`,
    ...Object.fromEntries(
      (['hold', 'resume', 'approve', 'cancel'] as const).map((change) => [
        `flows ${change}`,
        action(`${change}-flow`, { flow: Number(second) }),
      ]),
    ),
    'targets list': '/targets',
    'targets show': `/targets/${second}`,
    ...Object.fromEntries(
      (['hold', 'resume', 'fill', 'remove'] as const).map((change) => [
        `targets ${change}`,
        action(`${change}-target`, { target: second }),
      ]),
    ),
    'targets set': action('set-target', {
      ...{ target: second, wsdl: option('wsdl'), format: option('format'), kinds: [option('kind')] },
      ...(option('credentials') ? { credentials: option('credentials') } : {}),
    }),
    'webhooks list': '/webhooks',
    'webhooks show': `/webhooks/${second}`,
    'webhooks change': action('change-webhook-endpoint', { name: second, state: 'active' }),
    'webhooks retry': action('retry-webhook-deliveries', { name: second }),
    replay: action('replay-stretch', { subjects: ['claims.submitted'], ...moment }),
    restored: action('record-restoration', { copied: moment.to }),
    fire: action('fire-job', {
      job: first,
      date: option('date') || dayOf(toLondon(new Date())),
      again: command.includes('--again'),
    }),
    'payments unknown': '/payments',
    'payments recover': action('recover-payment-run', { stamp: second }),
    'payments release': action('release-payment', { stamp: second, kind: 'claim', id: 7 }),
    'payments acknowledge': action('acknowledge-payment-files', { file: second }),
    payments: `/payments/${first}`,
  }
  return places[`${name} ${first}`] ?? places[name] ?? `no place for ${command}`
}

describe('a command of the runbook', () => {
  it('is found', () => expect(commands.length).toBeGreaterThan(20))

  it.each(commands)('ops %s', async (command) => {
    const { code, err } = await runOps(command, { ...database.env, ...nats.envOf('ops'), ...now })
    // There is nothing wrong here: some say so. None is misunderstood.
    expect({ understood: code < 2, err: code < 2 ? [] : err }).toEqual({ understood: true, err: [] })
    const answer = await fetch(`${web.url}${placeOf(command)}`)
    const text = await answer.text()
    const words = /id="words">([^<]+)/.exec(text)?.[1] ?? ''
    expect([answer.status, words]).toEqual(
      answer.status === 200 ? [200, ''] : [expect.any(Number), expect.stringMatching(/^(?:No|There is no)/i)],
    )
    expect(answer.status).toBeLessThan(500)
  })
})
