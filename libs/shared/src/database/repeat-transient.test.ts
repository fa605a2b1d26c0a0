import { describe, expect, it } from 'vitest'
import { repeatTransient } from './repeat-transient.js'

const passing = new Error('passes')
const lasting = new Error('lasts')

/** Fails with these errors, one after the other, and then succeeds; `tookMs` for each attempt. */
function failing(errors: readonly Error[], tookMs = 0) {
  let time = 0
  const pauses: number[] = []
  let runs = 0
  let again = 0
  const result = repeatTransient(
    () => {
      time += tookMs
      const error = errors[runs++]
      return error ? Promise.reject(error) : Promise.resolve('done')
    },
    {
      isTransient: (error) => error === passing,
      onAgain: () => (again += 1),
      random: () => 0.5,
      pause: (ms) => Promise.resolve(pauses.push(ms)),
      now: () => time,
    },
  )
  return { result, pauses, runs: () => runs, again: () => again }
}

describe('what failed for a passing reason', () => {
  it('is done again, after a longer pause each time', async () => {
    const { result, pauses, runs } = failing([passing, passing, passing])
    await expect(result).resolves.toBe('done')
    expect(runs()).toBe(4)
    expect(pauses).toEqual([25, 100, 400])
  })

  it('is given up after four attempts', async () => {
    const { result, runs, again } = failing([passing, passing, passing, passing, passing])
    await expect(result).rejects.toBe(passing)
    expect(runs()).toBe(4)
    expect(again()).toBe(3)
  })

  it('is given up when much time has passed', async () => {
    const { result, runs } = failing([passing, passing, passing], 6_000)
    await expect(result).rejects.toBe(passing)
    expect(runs()).toBe(2)
  })

  it('is not done again once it fails for another reason', async () => {
    const { result, runs } = failing([passing, lasting])
    await expect(result).rejects.toBe(lasting)
    expect(runs()).toBe(2)
  })
})
