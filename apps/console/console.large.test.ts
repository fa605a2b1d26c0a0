import { DefaultQueryExecutor } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { deadLetterSubject, streams, subjects } from '#shared/contracts'
import { deadLetterHeaders } from '#shared/messaging'
import { BareClient } from '../../test/support/bare-client.js'
import { startBroker, type Broker } from '../../test/support/broker.js'
import { manyEndedMessages, manyFailedTasks } from '../../test/support/many-rows.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { until } from '../../test/support/until.js'
import { provideOnce } from '../../tools/provision/index.js'
import { memoryOf, ServiceProcess } from '../../testing/services/index.js'
import { startConsole } from './src/start-console.js'

/** As after a day on which everything failed, with the history of months. */
const [letters, failedTasks, messages] = [10_000, 100_000, 1_000_000]
/** Of a page, in milliseconds, when somebody has looked at it before; and of the process, in megabytes. */
const [pageMs, memoryMb] = [1_000, 150]
const reasons = ['notify-400', 'claim-not-found', 'deliveries-exhausted']

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })
let nats: Broker
let database: TestDatabase

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startBroker(), createTestDatabase({ withOwnerIndexes: true })])
  await provideOnce(nats.envOf('provision'))
  await manyFailedTasks(database.connection, failedTasks)
  await manyEndedMessages(database.connection, messages)
  const client = await BareClient.connect(nats.url)
  for (let first = 0; first < letters; first += 500)
    await Promise.all(Array.from({ length: 500 }, (_, n) => letter(client, first + n)))
  await client.close()
}, 600_000)
afterAll(async () => {
  await nats.stop()
  await database.remove()
})

function letter(client: BareClient, n: number) {
  const body = { reference: `K${String(n + 1).padStart(6, '0')}`, eligibilityId: n + 1, claimId: n + 1 }
  return client.publish(deadLetterSubject('send-email'), body, {
    [deadLetterHeaders.reason]: reasons[n % reasons.length] ?? '',
    [deadLetterHeaders.consumer]: 'send-email',
    [deadLetterHeaders.subject]: subjects.notifyClaimSubmitted,
    [deadLetterHeaders.stream]: streams.notifications.name,
    [deadLetterHeaders.sequence]: String(n + 1),
    [deadLetterHeaders.deliveries]: '1',
    'ce-id': `IntSchema.Task.${n + 1}.1`,
  })
}

const retryGroup = `/do/retry-dead-letters?input=${encodeURIComponent('{"filter":{"reason":"notify-400"}}')}`
const pages = [
  ...['/', '/failures', '/failures?reason=notify-400&consumer=send-email', '/failures/1', '/search?q=77'],
  ...['/journey/K000077', '/held-up', '/tasks', '/tasks?task=SEND-CLAIM-NOTIFICATION', '/tasks?closed=yes'],
  ...['/tasks?reference=K000077', '/payments', '/jobs', '/actions', '/replay', '/streams'],
  ...['/streams/DEAD_LETTERS', '/api/v1/status', '/api/v1/dead-letters?limit=100'],
]
/** A number may be a claim's, a Task row's of either schema, or in a reference: each is looked for, with what is known of it. */
const mostStatements = 15
const tellFigures = (what: string, figures: object) =>
  process.stderr.write(`${what}: ${JSON.stringify(figures)}\n`)

describe('with 10,000 dead letters, 100,000 failed tasks and 1,000,000 messages', () => {
  it('every page is there in a second, and the process stays small', async () => {
    const env = {
      ...{ PATH: process.env.PATH, LOG_LEVEL: 'info', PORT: '0' },
      ...{ ...database.env, ...nats.envOf('console') },
    }
    const console = new ServiceProcess('console', { env, onLine: () => undefined })
    try {
      const port = await console.listening
      const at = (path: string) => `http://localhost:${port}${path}`
      await until('NATS is there', async () => (await fetch(at('/api/v1/handlers'))).ok)
      const took: Record<string, number> = {}
      for (const round of ['first', 'second'])
        for (const path of [...pages, retryGroup]) {
          const begun = performance.now()
          const answer = await fetch(at(path))
          await answer.text()
          expect({ path, status: answer.status }).toEqual({ path, status: 200 })
          took[`${path} ${round}`] = Math.round(performance.now() - begun)
        }
      tellFigures('milliseconds', took)
      const { peak: memory } = memoryOf(console.pid)
      tellFigures('megabytes', { memory })
      const slow = Object.entries(took).filter(([path, ms]) => ms > pageMs && !path.startsWith(retryGroup))
      expect(slow).toEqual([])
      expect(memory).toBeLessThan(memoryMb)
    } finally {
      await console.stop()
    }
  })

  it('asks the database a handful of questions for each', async () => {
    const console = await startConsole({
      env: { ...database.env, ...nats.envOf('console'), LOG_LEVEL: 'silent' },
      port: 0,
    })
    let asked = 0
    // oxlint-disable-next-line typescript/unbound-method -- it is called with the `this` it belongs to
    const execute = DefaultQueryExecutor.prototype.executeQuery
    const counted = vi.spyOn(DefaultQueryExecutor.prototype, 'executeQuery').mockImplementation(function (
      this: DefaultQueryExecutor,
      query,
    ) {
      asked += 1
      return execute.call(this, query)
    })
    try {
      await until('NATS is there', async () => (await fetch(`${console.url}/api/v1/handlers`)).ok)
      const counts: Record<string, number> = {}
      for (const path of pages) {
        asked = 0
        await (await fetch(`${console.url}${path}`)).text()
        counts[path] = asked
      }
      tellFigures('statements', counts)
      expect(Object.entries(counts).filter(([, count]) => count > mostStatements)).toEqual([])
    } finally {
      counted.mockRestore()
      await console.stop()
    }
  })
})
