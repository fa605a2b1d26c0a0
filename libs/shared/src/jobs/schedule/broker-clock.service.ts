import { Injectable } from '@nestjs/common'
import { Clock, clocksApartMs } from '../../clock/index.js'
import { streams } from '../../contracts/index.js'
import { NatsClient } from '../../messaging/index.js'
import { OwnError } from '../../logging/index.js'

/** This machine's clock and the broker's say different things: one of them is wrong. */
export class ClocksApart extends OwnError {
  override readonly name = 'ClocksApart'

  /** @param aheadMs how far this one is ahead, in milliseconds; below nought where it is behind */
  constructor(readonly aheadMs: number) {
    const seconds = Math.round(Math.abs(aheadMs) / 1_000)
    super(`this clock is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the broker's: no job is fired`)
  }
}

/** For so many milliseconds the broker's clock is counted on from its last answer; clocks drift less in that time. */
const countedOnMs = 10_000

/** Compares this machine's clock with the broker's, so that nobody acts by a clock alone. */
@Injectable()
export class BrokerClock {
  private last: number | undefined
  /** The broker's time, and when it said so by `performance.now()`, which nobody can set. */
  private said: { readonly time: number; readonly at: number } | undefined

  constructor(
    private readonly nats: NatsClient,
    private readonly clock: Clock,
  ) {}

  /** How far this clock was ahead when it was last compared, in milliseconds; undefined if it never was. */
  get lastAheadMs(): number | undefined {
    return this.last
  }

  /**
   * Compares the two now. The time of an answer lies between its question and its arrival: how long it takes is no
   * difference.
   * @throws ClocksApart, and whatever kept the broker from answering
   */
  async assertTogether(): Promise<void> {
    await this.compare()
    this.assertWasTogether()
  }

  /**
   * What time it is by the broker's clock, on the day that a trial run is at: whatever this machine's clock says, never
   * later than it is. It may be as much earlier as an answer took.
   * @throws whatever kept the broker from answering
   */
  async instant(): Promise<Date> {
    if (!this.said || performance.now() - this.said.at > countedOnMs) await this.compare()
    const { time, at } = this.said ?? { time: 0, at: 0 }
    const trial = this.clock.instant().getTime() - this.clock.machine().getTime()
    return new Date(time + Math.floor(performance.now() - at) + trial)
  }

  private async compare(): Promise<void> {
    const asked = this.clock.machine().getTime()
    const answer = await this.nats.manager.streams.info(streams.schedule.name)
    const answered = this.clock.machine().getTime()
    const theirs = timeOf(answer)
    this.said = { time: theirs, at: performance.now() }
    this.last = theirs < asked ? asked - theirs : Math.min(0, answered - theirs)
  }

  /** As they were compared last; asks nobody. @throws ClocksApart */
  assertWasTogether(): void {
    if (this.last !== undefined && Math.abs(this.last) > clocksApartMs) throw new ClocksApart(this.last)
  }
}

/** Every server that the services work with (2.10) says when it answered; the client's types do not know of it yet. */
function timeOf(answer: object): number {
  const time = 'ts' in answer ? Date.parse(String(answer.ts)) : Number.NaN
  if (Number.isNaN(time)) throw new OwnError('the broker does not say what time it is')
  return time
}
