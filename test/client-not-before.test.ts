import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { toLondon, type LocalTime } from '#shared/clock'
import { decideRelay } from '../apps/task-relay/src/relay-tasks/relay-tasks.rules.js'
import { insertTask, tasks } from '../libs/client/src/index.js'

const task = tasks.archiveClaim({ claimId: 34 })
/** As the client's README promises. */
const mostMs = 366 * 86_400_000

/** The row as it is inserted now, not to be done before a moment so far ahead. */
const rowIn = (ms: number) => insertTask(task, (_, row) => row, { notBefore: new Date(Date.now() + ms) })

/** What a relay makes of the furthest moment that the client takes now. */
async function relayed(relaysTime: LocalTime) {
  const { DateProcessed = null, ...row } = await rowIn(mostMs)
  const ref = { schema: 'IntSchema', taskId: 5, run: 1, key: '0123456789abcdef' } as const
  const decision = decideRelay({ ...row, TaskId: 5, DateProcessed }, ref, relaysTime)
  return decision.kind === 'publish' ? decision.message.notBefore : decision
}

describe.each([
  ['a year with a leap day in it', '2027-06-01T09:00:00Z'],
  ['the last second of a day', '2027-06-01T22:59:59.999Z'],
  ['midnight', '2027-05-31T23:00:00Z'],
  ['two summer times that begin on different days', '2028-03-25T23:30:00Z'],
  ['two summer times that end on different days', '2027-10-30T23:30:00Z'],
])('the most that a task may be held back, over %s', (_, now) => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(now), toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([
    ['as the client does', 0],
    ['a minute behind', -60_000],
    ['a minute ahead', 60_000],
  ])('is taken by a relay whose clock goes %s', async (__, apartMs) => {
    const relaysTime = toLondon(new Date(Date.now() + apartMs))
    expect(await relayed(relaysTime)).toBe(toLondon(new Date(Date.now() + mostMs)))
  })

  it('is refused by the client where it is a millisecond more', async () => {
    await expect(rowIn(mostMs + 1)).rejects.toMatchObject({ name: 'InvalidTaskError', field: 'notBefore' })
  })
})
