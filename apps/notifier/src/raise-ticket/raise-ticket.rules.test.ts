import { describe, expect, it } from 'vitest'
import { backoffDelay, policies } from '#shared/messaging'
import { attemptsRememberedMs, isRemembered, ticketFor } from './raise-ticket.rules.js'

describe('a ticket', () => {
  it('is a plain one in production', () => {
    expect(ticketFor('Siân~~sian@example.com~~It is broken', true)).toEqual({
      submitter_id: '114198238551',
      requester: { name: 'Siân', email: 'sian@example.com', verified: true },
      subject: 'Help With Prison Visits - Help',
      comment: { body: 'It is broken' },
      tags: ['HelpWithPrisonVisits'],
    })
  })

  it('says that it is a test elsewhere', () => {
    expect(ticketFor('Siân~~sian@example.com~~It is broken', false)).toMatchObject({
      subject: 'Test: Help With Prison Visits - Help',
      tags: ['HelpWithPrisonVisits', 'Test'],
    })
  })

  it('has the whole issue, separators and spaces included', () => {
    const issue = ' First~~second\r\n~~third '
    expect(ticketFor(`Siân ~~ sian@example.com~~${issue}`, true)).toMatchObject({
      requester: { name: 'Siân', email: 'sian@example.com' },
      comment: { body: issue },
    })
  })

  it.each([
    null,
    '',
    'Siân',
    'Siân~~sian@example.com',
    '~~sian@example.com~~x',
    'Siân~~ ~~x',
    'Siân~~s@x~~\n',
  ])('cannot be made of %j', (data) => {
    expect(ticketFor(data, true)).toBeUndefined()
  })
})

describe('trying again', () => {
  it('is safe until shortly before the helpdesk forgets', () => {
    expect(isRemembered(109 * 60_000)).toBe(true)
    expect(isRemembered(110 * 60_000)).toBe(false)
  })

  it('ends before that, however long every wait and every try', () => {
    const { attempts, backoff, timeOutMs } = policies['raise-ticket']
    const waits = Array.from({ length: attempts - 1 }, (_, i) => backoffDelay(i + 1, backoff, () => 1))
    const longest = waits.reduce((sum, wait) => sum + wait + timeOutMs, 0)
    expect(longest).toBeLessThan(attemptsRememberedMs)
  })
})
