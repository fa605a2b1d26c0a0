import { afterEach, describe, expect, it, vi } from 'vitest'
import { Log } from '../../../logging/index.js'
import type { DeliveredMessage } from '../delivered-message.js'
import { handlers } from '../../handlers/handlers.js'
import { done } from '../../handlers/outcome.js'
import { Router } from '../router.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** What becomes of a body on its way to a handler, and what the server is answered. */
async function taken(body: string) {
  const answers: string[] = []
  const message = {
    ...{ subject: 'claims.submitted', stream: 'CLAIMS', sequence: 1, deliveries: 1 },
    ...{ storedAt: '0', headers: undefined, data: Buffer.from(body) },
    ack: () => answers.push('ack'),
    nak: () => answers.push('nak'),
    term: (reason: string) => answers.push(`term ${reason}`),
  } as unknown as DeliveredMessage
  const none = () => Promise.resolve()
  const router = new Router({
    deadLetters: { add: none },
    records: { failedAttempt: none, gaveUp: none, waiting: none },
    ...{ log: Log.create('test', 'silent'), measured: false },
  })
  let calls = 0
  const route = router.route(handlers['complete-claim'], () => Promise.resolve(calls++).then(() => done))
  const parse = vi.spyOn(JSON, 'parse')
  const { kind } = await route(message)
  const parsed = parse.mock.calls.length
  router.stop()
  return { answers, calls, kind, parsed }
}

describe('what comes as work', () => {
  it('is read once where it is work', async () => {
    const work = JSON.stringify({ reference: 'ABC1234', eligibilityId: 1, claimId: 2 })
    expect(await taken(work)).toEqual({ answers: ['ack'], calls: 1, kind: 'done', parsed: 1 })
  })

  it('is passed over, and acknowledged, where it is an answer of the broker', async () => {
    expect(await taken('{"stream":"CLAIMS","seq":5}')).toMatchObject({ answers: ['ack'], calls: 0 })
  })

  it('is given up where it is neither', async () => {
    const answers = ['term body-breaks-contract']
    expect(await taken('{"claim":5}')).toMatchObject({ answers, calls: 0, kind: 'reject' })
    expect(await taken('COMPLETE CLAIM 5')).toMatchObject({ answers: ['term unreadable-body'], calls: 0 })
  })
})
