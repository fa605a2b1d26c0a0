import { beforeEach, describe, expect, it } from 'vitest'
import { counted, countedRegistry, LabelValues, upstreamCall } from './index.js'

const call = { upstream: 'helpdesk', operation: 'raise-ticket' } as const

async function requests() {
  const { values } = await counted().upstreamRequests.get()
  return values.filter(({ value }) => value).map(({ labels, value }) => `${labels.outcome} ${value}`)
}

describe('a request to an upstream', () => {
  beforeEach(() => {
    countedRegistry().resetMetrics()
  })

  it('gives what the work gives, counted as ok and timed', async () => {
    expect(await upstreamCall(call, () => Promise.resolve(7))).toBe(7)
    expect(await requests()).toEqual(['ok 1'])
    expect((await counted().upstreamRequests.get()).values[0]?.labels).toEqual({ ...call, outcome: 'ok' })
    const timed = (await counted().upstreamDuration.get()).values.find(({ metricName }) =>
      metricName?.endsWith('_count'),
    )
    expect(timed).toMatchObject({ value: 1, labels: call })
  })

  it('is counted by what its result says', async () => {
    const failed = await upstreamCall(
      call,
      () => Promise.resolve('refused'),
      (result) => result,
    )
    expect(failed).toBe('refused')
    expect(await requests()).toEqual(['refused 1'])
  })

  it.each([
    ['notify-500', Object.assign(new Error('about Ann'), { reason: 'notify-500' })],
    ['timeout', new DOMException('late', 'TimeoutError')],
    ['aborted', new DOMException('stopped', 'AbortError')],
    ['failed', new Error('about Ann')],
    ['other', Object.assign(new Error('about Ann'), { reason: 'Ann Example, 1 High Street' })],
  ])('throws what the work throws, counted as %s', async (outcome, error: Error) => {
    const work = () => {
      throw error
    }
    await expect(upstreamCall(call, work)).rejects.toBe(error)
    expect(await requests()).toEqual([`${outcome} 1`])
  })
})

describe('the values of a label', () => {
  it('are no more than allowed, the first ones, and of a decent shape', () => {
    const values = new LabelValues(2)
    expect(
      ['a-1', 'Ann Example', '', 'a'.repeat(81), 'b', 'c', 'a-1', 'b'].map((value) => values.of(value)),
    ).toEqual([...['a-1', 'other', 'other', 'other', 'b', 'other', 'a-1', 'b']])
  })
})
