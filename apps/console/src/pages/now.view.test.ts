import { describe, expect, it } from 'vitest'
import { nobodyFetches, type DatabaseStatus, type HandlerStatus, type ServerStatus } from '#shared/operations'
import { nowView } from './now.view.js'

const working: HandlerStatus = {
  ...{ name: 'send-email', stream: 'NOTIFICATIONS', present: true, lag: 0, inFlight: 0, retried: 0 },
  ...{ fetching: 1, delivered: 5, lastAnswered: null, oldestMs: null },
  ...{ paused: null, upstreamOut: null, starved: null },
}
const server: ServerStatus = { streams: [], handlers: [working], upstreams: [], deadLetters: {} }
const database: DatabaseStatus = {
  ...{ outbox: { owed: 0, oldestMs: null }, waiting: { count: 0, next: null }, tasks: [], payments: [] },
}

const viewOf = (more: { server?: Partial<ServerStatus>; database?: Partial<DatabaseStatus> }) => {
  const { light, headline } = nowView({
    at: new Date(),
    server: { found: { ...server, ...more.server } },
    database: { found: { ...database, ...more.database } },
    samples: [],
  })
  return [light, headline]
}

describe('the headline', () => {
  it('says that all is well only where nothing waits for a person', () => {
    expect(viewOf({})).toEqual(['green', 'All is well'])
    const failed = (count: number) => [{ schema: 'IntSchema', status: 'FAILED', count } as const]
    expect(viewOf({ server: { deadLetters: { 'send-email': 2, 'pay-claims': 1 } } })).toEqual([
      ...['amber', '3 dead letters'],
    ])
    expect(viewOf({ database: { tasks: failed(1) } })).toEqual(['amber', '1 failed task'])
    expect(viewOf({ server: { deadLetters: { 'send-email': 1 } }, database: { tasks: failed(0) } })).toEqual([
      ...['amber', '1 dead letter'],
    ])
  })

  it('says first what does not work', () => {
    const paused = { ...working, paused: { since: new Date(), reason: 'a release' } }
    const starved = { ...working, starved: 'nobody fetches its messages' }
    const found = { handlers: [paused, starved], deadLetters: { 'send-email': 1 } }
    expect(viewOf({ server: found })).toEqual(['red', '1 handler does not work, 1 held up, 1 dead letter'])
  })
})

describe('the light of a handler', () => {
  const line = (more: Partial<HandlerStatus>) => {
    const found = { ...server, handlers: [{ ...working, ...more }] }
    const [shown] = nowView({
      at: new Date(),
      server: { found },
      database: { found: database },
      samples: [],
    }).handlers
    return [shown?.light, shown?.word]
  }

  it('says that nobody is fetching, whatever is in flight', () => {
    const dead = { fetching: 0, inFlight: 3, starved: nobodyFetches }
    expect(line(dead)).toEqual(['red', 'Nobody is fetching'])
    expect(line({ fetching: 0, inFlight: 3 })).toEqual(['green', 'Working'])
  })

  it('says what else starves it', () => {
    expect(line({ starved: 'it is not as it should be' })).toEqual(['red', 'Starved'])
    expect(line({ present: false, starved: 'it is not there' })).toEqual(['red', 'Missing'])
  })
})
