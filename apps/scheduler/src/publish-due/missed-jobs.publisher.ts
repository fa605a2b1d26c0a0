import { Inject, Injectable } from '@nestjs/common'
import { jobMissedId, subjects, type JobMissedMessage } from '#shared/contracts'
import { NatsClient, Publisher } from '#shared/messaging'
import { NatsAway } from '#shared/jobs'
import { childTraceparent, TRACING, type Tracing } from '#shared/telemetry'

/** Publishes that a job was missed, for whoever tells people of it. */
@Injectable()
export class MissedJobsPublisher {
  constructor(
    private readonly nats: NatsClient,
    private readonly publisher: Publisher,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  /**
   * Repeating is safe, from several processes too: it has the same id each time.
   * @throws NatsAway, and whatever kept it from being stored
   */
  async publish({ job, date }: JobMissedMessage): Promise<void> {
    if (!this.nats.isConnected) throw new NatsAway('not connected to NATS')
    const body = { job, date }
    await this.publisher.publish({
      id: jobMissedId(body),
      subject: subjects.jobMissed,
      body,
      // Where there are traces, this one begins with the span of the publication.
      ...(this.tracing ? {} : { traceparent: childTraceparent(undefined) }),
    })
  }
}
