import { describe, expect, it } from 'vitest'
import { Pace } from './pace.js'

/** A pace with a time that the test moves on. */
function start() {
  let time = 0
  const pace = new Pace(100, () => time)
  return { pace, after: (ms: number) => (time += ms) }
}

describe('the wait between two looks of the relay', () => {
  it('is short as long as nobody tells of rows', () => {
    const { pace, after } = start()
    expect(pace.waitMs).toBe(100)
    pace.foundUntold()
    after(3_600_000)
    expect(pace.waitMs).toBe(100)
  })

  it('is long once a web app tells, however long ago', () => {
    const { pace, after } = start()
    pace.told()
    after(3_600_000)
    expect(pace.waitMs).toBe(1_000)
  })

  it('is short for ten minutes after a row of which nobody told, whoever else tells', () => {
    const { pace, after } = start()
    pace.told()
    pace.foundUntold()
    expect(pace.waitMs).toBe(100)
    after(1_001)
    pace.told()
    expect(pace.waitMs).toBe(100)
    after(598_999)
    expect(pace.waitMs).toBe(100)
    after(1)
    expect(pace.waitMs).toBe(1_000)
  })

  it('stays long where the notice of the row comes just after the look that found it', () => {
    const { pace, after } = start()
    pace.told()
    after(60_000)
    pace.foundUntold()
    after(1_000)
    pace.told()
    expect(pace.waitMs).toBe(1_000)
  })

  it('is short from when notices may be missed until the next is heard', () => {
    const { pace } = start()
    pace.told()
    pace.deaf()
    expect(pace.waitMs).toBe(100)
    pace.told()
    expect(pace.waitMs).toBe(1_000)
  })
})
