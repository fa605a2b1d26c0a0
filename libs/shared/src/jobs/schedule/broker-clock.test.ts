import { describe, expect, it } from 'vitest'
import { Clock } from '../../clock/index.js'
import type { NatsClient } from '../../messaging/index.js'
import { BrokerClock } from '../index.js'

const right = new Date('2026-11-20T09:30:00.000Z')
const minute = 60_000

/** A machine whose clock is wrong, on a trial run's day. */
class WrongClock extends Clock {
  constructor(
    public aheadMs: number,
    private readonly trialMs = 0,
  ) {
    super()
  }
  instant = (): Date => new Date(this.machine().getTime() + this.trialMs)
  override machine = (): Date => new Date(right.getTime() + this.aheadMs)
}

/** A broker whose clock stands still. */
function broker() {
  const asked = { count: 0 }
  const info = () => {
    asked.count += 1
    return Promise.resolve({ ts: right.toISOString() })
  }
  const nats = { manager: { streams: { info } } } as unknown as NatsClient
  return { nats, asked }
}

/** What has gone by since the answer is counted on: little. */
const soon = (instant: Date, expected: Date) => {
  expect(instant.getTime()).toBeGreaterThanOrEqual(expected.getTime())
  expect(instant.getTime()).toBeLessThan(expected.getTime() + minute)
}

describe("the time by the broker's clock", () => {
  it.each([0, 5 * minute, -5 * minute])('is the same for a clock that is %i ms ahead', async (aheadMs) => {
    soon(await new BrokerClock(broker().nats, new WrongClock(aheadMs)).instant(), right)
  })

  it('goes on at the same pace where this machine\u2019s clock is set meanwhile', async () => {
    const clock = new WrongClock(0)
    const { nats, asked } = broker()
    const brokers = new BrokerClock(nats, clock)
    await brokers.instant()
    clock.aheadMs = 5 * minute
    soon(await brokers.instant(), right)
    expect(asked.count).toBe(1)
  })

  it('is on the day that a trial run is at', async () => {
    const years = 10 * 365 * 24 * 60 * minute
    soon(
      await new BrokerClock(broker().nats, new WrongClock(3 * minute, years)).instant(),
      new Date(right.getTime() + years),
    )
  })
})
