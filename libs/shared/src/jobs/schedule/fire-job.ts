import { Inject, Injectable } from '@nestjs/common'
import type { LocalTime } from '../../clock/index.js'
import { slotOfTime, timeOfSlot, type Slot } from '../../contracts/index.js'
import { NatsClient, Publisher } from '../../messaging/index.js'
import { childTraceparent, inSpan, own, TRACING, type Tracing } from '../../telemetry/index.js'
import { BrokerClock } from './broker-clock.service.js'
import type { DeclaredJob } from './declared-jobs.js'
import { ScheduleRuns } from './schedule-runs.repository.js'
import { OwnError } from '../../logging/index.js'

/** There is no connection to NATS at the moment. */
export class NatsAway extends OwnError {
  override readonly name = 'NatsAway'
}

/** `dateFired` is when it was done before, in London time. */
export type Fired = { readonly fired: true } | { readonly fired: false; readonly dateFired: LocalTime }

interface Firing {
  readonly job: DeclaredJob
  readonly slot: Slot
  readonly due: LocalTime
  readonly again: boolean
}

/** Runs of a job that is due by times are remembered for so long, in milliseconds: nobody asks for older ones. */
const rememberedMs = 7 * 24 * 3_600_000

/** Fires a job: publishes its event and records that. */
@Injectable()
export class FireJob {
  constructor(
    private readonly nats: NatsClient,
    private readonly publisher: Publisher,
    private readonly runs: ScheduleRuns,
    private readonly brokerClock: BrokerClock,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  /**
   * Fires a run of the job, unless that was done. Repeating is safe, from several processes too: the event has
   * the same id each time, so that dying between publishing and recording costs a repeat that changes nothing.
   * @param due when it was to be fired, in London time
   * @param again also where it was fired before: whoever is done with it passes over it, whoever is not goes on
   * @throws NatsAway, ClocksApart, and whatever kept the event from being stored or the database from recording it
   */
  async fire(job: DeclaredJob, slot: Slot, due: LocalTime, { again = false } = {}): Promise<Fired> {
    const firing = { job, slot, due, again }
    if (!this.tracing) return this.fireOnce(firing, childTraceparent(undefined))
    const attributes = { [own.job]: job.name, [own.date]: slot }
    return inSpan(this.tracing.begin(`fire ${job.name}`, { attributes }), ({ traceparent }) =>
      this.fireOnce(firing, traceparent),
    )
  }

  private async fireOnce({ job, slot, due, again }: Firing, traceparent: string): Promise<Fired> {
    const before = await this.runs.dateFired(job.name, slot)
    if (before !== undefined && !again) return { fired: false, dateFired: before }
    await this.publish(job, slot, traceparent)
    const recorded = await this.runs.record(job.name, slot, due)
    const time = timeOfSlot(slot)
    if (recorded && time)
      await this.runs.forgetBefore(job.name, slotOfTime(new Date(time.getTime() - rememberedMs)))
    if (recorded || again) return { fired: true }
    return { fired: false, dateFired: (await this.runs.dateFired(job.name, slot)) ?? due }
  }

  private async publish({ name, subject }: DeclaredJob, slot: Slot, traceparent: string): Promise<void> {
    // Trying would take the client's time-outs to find out, and its buffer might deliver the event late.
    if (!this.nats.isConnected) throw new NatsAway('not connected to NATS')
    await this.brokerClock.assertTogether()
    const due = timeOfSlot(slot)
    await this.publisher.publishSurely({
      // The same from every replica; that of its subject, for every job of ours has one of its name.
      id: `schedule.${name}.${slot}`,
      subject,
      body: due ? { due: due.toISOString() } : { date: slot },
      traceparent,
    })
  }
}
