import { describe, expect, it } from 'vitest'
import { type Clock, ShiftedClock } from '#shared/clock'
import { PublishedPlaces } from './published-places.service.js'
import type { PendingTasks } from './pending-tasks.repository.js'

type Marked = Parameters<PendingTasks['markPublished']>

/** Places over a database that says whether it takes what is written down, and a clock that the test sets. */
function start() {
  const written: Marked[] = []
  let refusal: Error | undefined
  const markPublished = (...marked: Marked) => {
    if (refusal) return Promise.reject(refusal)
    written.push(marked)
    return Promise.resolve()
  }
  const clock = new ShiftedClock('2026-11-18 11:00:00')
  const times: string[] = []
  const told: Pick<Clock, 'now'> = { now: () => times.shift() ?? clock.now() }
  const places = new PublishedPlaces({ markPublished } as unknown as PendingTasks, told as Clock)
  return {
    places,
    written,
    at: (...next: string[]) => times.push(...next),
    refuse: (error?: Error) => (refusal = error),
  }
}

describe('where messages were published', () => {
  it('is written down for all at once, with the time of the first', async () => {
    const { places, written, at } = start()
    at('2026-11-18 11:00:01.000', '2026-11-18 11:00:00.500', '2026-11-18 11:00:02.000')
    for (const [index, id] of ['a', 'b', 'c'].entries()) places.add(id, { sequence: index + 7 })
    await places.writeDownIfMany()
    expect(written).toEqual([])
    await places.writeDown()
    expect(written).toHaveLength(1)
    const [[marked, time] = []] = written
    expect(marked?.map(({ id, sequence }) => [id, sequence])).toEqual([
      ['a', 7],
      ['b', 8],
      ['c', 9],
    ])
    expect(time).toBe('2026-11-18 11:00:00.500')
  })

  it('is written down at once when it is much, and once', async () => {
    const { places, written } = start()
    for (let sequence = 1; sequence <= 200; sequence++) places.add(`id ${sequence}`, { sequence })
    await places.writeDownIfMany()
    await places.writeDown()
    expect(written.map(([marked]) => marked.length)).toEqual([200])
  })

  it('is kept where the database does not take it, and the failure told', async () => {
    const { places, written, refuse } = start()
    places.add('a', { sequence: 1 })
    refuse(new Error('away'))
    await expect(places.writeDown()).rejects.toThrow('away')
    refuse()
    places.add('b', { sequence: 2 })
    await places.writeDown()
    expect(written.map(([marked]) => marked.map(({ id }) => id).sort())).toEqual([['a', 'b']])
  })
})
