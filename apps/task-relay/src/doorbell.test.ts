import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Doorbell } from './doorbell.js'

const anHour = 3_600_000

/** Whether a wait is over by itself, without anybody ringing from now on. */
async function isOver(wait: Promise<unknown>): Promise<boolean> {
  let over = false
  void wait.then(() => (over = true))
  await turn()
  return over
}

describe('a doorbell', () => {
  it('ends the wait that is under way', async () => {
    const bell = new Doorbell()
    const wait = bell.wait(anHour)
    expect(await isOver(wait)).toBe(false)
    bell.ring()
    expect(await wait).toBe(true)
  })

  it('keeps any number of rings nobody waited for as one', async () => {
    const bell = new Doorbell()
    for (let i = 0; i < 3; i++) bell.ring()
    await bell.wait(anHour)
    const next = bell.wait(anHour)
    expect(await isOver(next)).toBe(false)
    bell.ring()
    await next
  })

  it('lets a wait end by its time when nobody rings', async () => {
    expect(await new Doorbell().wait(1)).toBe(false)
  })
})
