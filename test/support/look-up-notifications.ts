import { scheduleMessageId, slotOfTime, streams, subjects } from '#shared/contracts'
import { BareClient } from './bare-client.js'
import type { System } from './system.js'

/** As the scheduler has what became of notifications looked up at the system's time; once for each minute. */
export async function lookUpNotifications(system: System): Promise<void> {
  const due = system.clock.instant()
  const client = await BareClient.connect(system.nats.url)
  const subject = subjects.scheduleLookUpNotifications
  const id = scheduleMessageId(subject, slotOfTime(due))
  await client.publish(subject, { due: due.toISOString() }, { 'ce-id': id, 'Nats-Msg-Id': id })
  await client.close()
  await system.answered(streams.schedule.name)
}
