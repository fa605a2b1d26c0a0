import { Inject, Injectable } from '@nestjs/common'
import type { LocalDay, LocalTime } from '../../clock/index.js'
import { scheduleMessageId, type JobName } from '../../contracts/index.js'
import { NatsClient, Publisher } from '../../messaging/index.js'
import { childTraceparent, inSpan, own, TRACING, type Tracing } from '../../telemetry/index.js'
import { BrokerClock } from './broker-clock.service.js'
import { jobSubjects } from './job-subjects.js'
import { ScheduleRuns } from './schedule-runs.repository.js'
import { OwnError } from '../../logging/index.js'

/** There is no connection to NATS at the moment. */
export class NatsAway extends OwnError {
  override readonly name = 'NatsAway'
}

/** `dateFired` is when it was done before, in London time. */
export type Fired = { readonly fired: true } | { readonly fired: false; readonly dateFired: LocalTime }

interface Firing {
  readonly job: JobName
  readonly date: LocalDay
  readonly due: LocalTime
  readonly again: boolean
}

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
   * Fires the job for a date, unless that was done. Repeating is safe, from several processes too: the event has
   * the same id each time, so that dying between publishing and recording costs a repeat that changes nothing.
   * @param due when it was to be fired, in London time
   * @param again also where it was fired before: whoever is done with it passes over it, whoever is not goes on
   * @throws NatsAway, ClocksApart, and whatever kept the event from being stored or the database from recording it
   */
  async fire(job: JobName, date: LocalDay, due: LocalTime, { again = false } = {}): Promise<Fired> {
    const firing = { job, date, due, again }
    if (!this.tracing) return this.fireOnce(firing, childTraceparent(undefined))
    const attributes = { [own.job]: job, [own.date]: date }
    return inSpan(this.tracing.begin(`fire ${job}`, { attributes }), ({ traceparent }) =>
      this.fireOnce(firing, traceparent),
    )
  }

  private async fireOnce({ job, date, due, again }: Firing, traceparent: string): Promise<Fired> {
    const before = await this.runs.dateFired(job, date)
    if (before !== undefined && !again) return { fired: false, dateFired: before }
    await this.publish(job, date, traceparent)
    if ((await this.runs.record(job, date, due)) || again) return { fired: true }
    return { fired: false, dateFired: (await this.runs.dateFired(job, date)) ?? due }
  }

  private async publish(job: JobName, date: LocalDay, traceparent: string): Promise<void> {
    // Trying would take the client's time-outs to find out, and its buffer might deliver the event late.
    if (!this.nats.isConnected) throw new NatsAway('not connected to NATS')
    await this.brokerClock.assertTogether()
    const subject = jobSubjects[job]
    await this.publisher.publishSurely({
      id: scheduleMessageId(subject, date),
      subject,
      body: { date },
      traceparent,
    })
  }
}
