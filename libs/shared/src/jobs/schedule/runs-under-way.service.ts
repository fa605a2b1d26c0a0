import { Injectable } from '@nestjs/common'
import { streams, type Subject } from '../../contracts/index.js'
import { NatsClient } from '../../messaging/index.js'

/** Whether what a job's events ask for is still being done. */
@Injectable()
export class RunsUnderWay {
  constructor(private readonly nats: NatsClient) {}

  /**
   * The subjects of jobs of which some consumer has not answered all it was sent: it waits, is in hand, or is to be tried
   * again. What was given up on is answered.
   * @throws whatever kept the broker from answering
   */
  async subjects(): Promise<ReadonlySet<Subject>> {
    const open = new Set<Subject>()
    for await (const { config, num_pending, num_ack_pending } of this.nats.manager.consumers.list(
      streams.schedule.name,
    )) {
      if (num_pending + num_ack_pending === 0) continue
      for (const subject of config.filter_subjects ?? [config.filter_subject]) open.add(subject as Subject)
    }
    return open
  }
}
