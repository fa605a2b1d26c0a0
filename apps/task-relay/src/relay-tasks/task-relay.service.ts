import { Inject, Injectable } from '@nestjs/common'
import { Log } from '#shared/logging'
import { Publisher } from '#shared/messaging'
import type { OutgoingMessage } from '#shared/contracts'
import { currentSpan, inSpan, own, TRACING, type Tracing } from '#shared/telemetry'
import { RelayTasksRepository, type TaskSchema } from './relay-tasks.repository.js'
import { RowTraces } from './row-traces.js'

const schemas: readonly TaskSchema[] = ['ExtSchema', 'IntSchema']

/** Turns the web apps' Task rows into messages. */
@Injectable()
export class TaskRelay {
  constructor(
    private readonly repository: RelayTasksRepository,
    private readonly publisher: Publisher,
    private readonly log: Log,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  /**
   * One look at both Task tables. Repeating it, or dying anywhere in it, loses nothing: what is owed is in the
   * outbox and published again.
   * @returns whether there may be more to do at once
   */
  async relay(): Promise<boolean> {
    let more = false
    for (const schema of schemas) {
      if (!(await this.repository.anyPending(schema))) continue
      const anyLeft = this.tracing
        ? await inSpan(this.tracing.begin(`take ${schema}.Task`), () => this.take(schema))
        : await this.take(schema)
      more ||= anyLeft
    }
    return more
  }

  private async take(schema: TaskSchema): Promise<boolean> {
    const traces = new RowTraces()
    const { messages, ended, more } = await this.repository.takePending(schema, traces.begin)
    currentSpan()?.set({ [own.rows]: messages.length + ended.length })
    for (const { task, reason } of ended) this.logEnded(`${task.schema}.Task.${task.taskId}`, reason)
    try {
      await this.publish(messages)
    } finally {
      traces.end()
    }
    return more
  }

  /** Publishes what is owed and writes down what got through; the rest stays owed. */
  async publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const results = await Promise.allSettled(
      messages.map(async (message) => ({ id: message.id, ...(await this.publisher.publish(message)) })),
    )
    const published = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    await this.repository.markPublished(published)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  private logEnded(task: string, reason: string | undefined): void {
    if (reason) this.log.warn('task failed', { task, reason })
    else this.log.info('task completed: nothing to do', { task })
  }
}
