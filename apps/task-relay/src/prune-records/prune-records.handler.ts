import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import type { LocalTime } from '#shared/clock'
import { messages, subjectsWhoseDataGoes, type ScheduleMessage } from '#shared/contracts'
import { cutOff, PagedJob } from '#shared/jobs'
import { Consumes, Delivery, done, handler, jobPolicy, type Outcome } from '#shared/messaging'
import { TaskRelaySettings } from '../task-relay.settings.js'
import { OldRecords } from './old-records.repository.js'
import { keptDays } from './prune-records.rules.js'

const pruneRecords = handler({
  name: 'prune-records',
  messages: [messages.scheduleDaily],
  policy: jobPolicy,
})

/**
 * Deletes the project's own records of messages that cannot come again, and what the rows of old notifications and of subjects say. The streams and the dead letters go by the ages
 * of their streams; the runs of jobs, the firings and the payments, a few rows a day, are kept.
 */
@Controller()
export class PruneRecordsHandler {
  constructor(
    private readonly records: OldRecords,
    private readonly job: PagedJob,
    private readonly settings: TaskRelaySettings,
  ) {}

  @Consumes(pruneRecords)
  async handle(@Payload() { date }: ScheduleMessage, @Ctx() delivery: Delivery): Promise<Outcome> {
    await this.job.run(delivery, date, (run) => [
      this.records.inbox(cutOff(run, keptDays.inbox)),
      this.records.followUps(cutOff(run, keptDays.followUps)),
      // Found by the rows' runs: before those go.
      ...this.data(cutOff(run, this.settings.notificationDataDays)),
      this.records.taskRuns('ExtSchema', cutOff(run, keptDays.taskRuns)),
      this.records.taskRuns('IntSchema', cutOff(run, keptDays.taskRuns)),
      this.records.notifications(cutOff(run, keptDays.notifications)),
      this.records.webhookDeliveries(cutOff(run, keptDays.webhooks)),
      this.records.webhookEvents(cutOff(run, keptDays.webhooks)),
    ])
    return done
  }

  private data(before: LocalTime) {
    return (['ExtSchema', 'IntSchema'] as const).flatMap((schema) => [
      ...subjectsWhoseDataGoes.map((subject) => this.records.taskData(subject, schema, before)),
      this.records.refusedData(schema, before),
    ])
  }
}
