import type { JetStreamManager } from '@nats-io/jetstream'
import { streams } from '../../contracts/index.js'
import { isNoStream } from '../operation-failed.js'

/**
 * The durable consumers by subject, as the server has them: whatever was deployed is there, with nothing to keep in
 * step with the services.
 */
export async function scheduleConsumers(manager: JetStreamManager): Promise<Map<string, string[]>> {
  const bySubject = new Map<string, string[]>()
  try {
    for await (const { config } of manager.consumers.list(streams.schedule.name)) {
      if (config.durable_name === undefined) continue
      for (const subject of config.filter_subjects ?? [config.filter_subject ?? '']) {
        bySubject.set(subject, [...(bySubject.get(subject) ?? []), config.durable_name])
      }
    }
  } catch (error) {
    if (!isNoStream(error)) throw error
  }
  return bySubject
}
