import { Inject, Injectable } from '@nestjs/common'
import { Log } from '#shared/logging'
import { Publisher } from '#shared/messaging'
import { taskMessageId, type OutgoingMessage } from '#shared/contracts'
import { BegunTraces, conventional, own, TRACING, type Tracing } from '#shared/telemetry'
import { RelayTasksRepository, type TaskSchema } from './relay-tasks.repository.js'

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
      if (await this.take(schema)) more = true
    }
    return more
  }

  private async take(schema: TaskSchema): Promise<boolean> {
    const traces = this.tracesOfRows()
    const { messages, ended, more } = await this.repository.takePending(schema, (name, task) =>
      traces.begin(`relay ${name.trim().toUpperCase()}`, {
        attributes: {
          [own.task]: `${task.schema}.Task.${task.taskId}`,
          [conventional.messageId]: taskMessageId(task),
        },
      }),
    )
    traces.event('committed')
    for (const { task, reason } of ended) this.logEnded(`${task.schema}.Task.${task.taskId}`, reason)
    try {
      await this.publish(messages)
    } finally {
      traces.end()
    }
    return more
  }

  /**
   * The trace of a claim begins with its row. The statements that take it have no spans: they take two hundred rows at
   * once, and most of the time none.
   */
  private tracesOfRows(): BegunTraces {
    const { tracing } = this
    const startTime = Date.now()
    return new BegunTraces(
      tracing ? (name, options) => tracing.begin(name, { ...options, startTime }) : undefined,
    )
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
