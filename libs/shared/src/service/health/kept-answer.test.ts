import { describe, expect, it, vi } from 'vitest'
import { KeptAnswer } from './kept-answer.js'

describe('an answer that is kept', () => {
  const counted = (failuresToo: boolean, answer: () => Promise<string>) => {
    let times = 0
    const kept = new KeptAnswer(
      () => {
        times++
        return answer()
      },
      { keptMs: 1_000, failuresToo },
    )
    return { kept, times: () => times }
  }
  const pass = async (ms: number) => vi.advanceTimersByTimeAsync(ms)

  it.each([
    ['asked for twice at once', 0, 1],
    ['asked for again while it is good', 999, 1],
    ['asked for again when it is old', 1_001, 2],
  ])('is asked once: %s', async (_, ms, questions) => {
    vi.useFakeTimers()
    const { kept, times } = counted(true, () => Promise.resolve('well'))
    await Promise.all([kept.get(), kept.get()])
    await pass(ms)
    expect(await kept.get()).toBe('well')
    expect(times()).toBe(questions)
    vi.useRealTimers()
  })

  it.each([
    [true, 1],
    [false, 2],
  ])('or a failure, if failures are: %s', async (failuresToo, questions) => {
    vi.useFakeTimers()
    const { kept, times } = counted(failuresToo, () => Promise.reject(new Error('away')))
    await expect(kept.get()).rejects.toThrow('away')
    await pass(10)
    await expect(kept.get()).rejects.toThrow('away')
    expect(times()).toBe(questions)
    vi.useRealTimers()
  })

  it('is asked for again where it never comes, and not before', async () => {
    vi.useFakeTimers()
    const { kept, times } = counted(true, () => new Promise(() => undefined))
    void kept.get()
    await pass(9_999)
    void kept.get()
    expect(times()).toBe(1)
    await pass(2)
    void kept.get()
    expect(times()).toBe(2)
    vi.useRealTimers()
  })

  it('is a failure where the question throws at once', async () => {
    const { kept } = counted(true, () => {
      throw new Error('not connected')
    })
    await expect(kept.get()).rejects.toThrow('not connected')
  })
})
