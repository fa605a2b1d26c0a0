import { Inject, Injectable } from '@nestjs/common'
import { setTimeout as delay } from 'node:timers/promises'
import type { LocalTime } from '#shared/clock'
import { Log } from '#shared/logging'
import { classifyError, Publisher } from '#shared/messaging'
import { feedbackTask, taskMessageId, taskOfSubject, type OutgoingMessage } from '#shared/contracts'
import { BegunTraces, conventional, counted, otherValue, own, TRACING, type Tracing } from '#shared/telemetry'
import { PassedOver } from '../passed-over/passed-over.service.js'
import { PendingTasks, type Taken, type TaskSchema } from './pending-tasks.repository.js'
import { PublishedPlaces } from './published-places.service.js'
import { StubbornRows } from './stubborn-rows.service.js'

/** What is not published after so many milliseconds is waited for beside the next look: one stream holds up no other. */
const publishingMs = 1_000

/** What a look came to. */
export interface Relayed {
  /** There were rows that no service had seen to. */
  readonly found: boolean
  /** There may be more to do at once. */
  readonly more: boolean
  /** Something waits for its moment, */
  readonly defers: boolean
  /** of which this is the first, in London time, if it waited before this look. */
  readonly moment: LocalTime | undefined
}

/** Turns the web apps' Task rows into messages. */
@Injectable()
export class TaskRelay {
  private readonly publishing = new Set<Promise<void>>()

  constructor(
    private readonly repository: PendingTasks,
    private readonly stubborn: StubbornRows,
    private readonly publisher: Publisher,
    private readonly places: PublishedPlaces,
    private readonly passedOver: PassedOver,
    private readonly log: Log,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  /**
   * One look at both Task tables. Repeating it, or dying anywhere in it, loses nothing: what is owed is in the
   * outbox and published again.
   */
  async relay(): Promise<Relayed> {
    const { schemas, moment } = await this.repository.look()
    const taken: Taken[] = []
    for (const schema of schemas) taken.push(await this.take(schema))
    return {
      found: taken.some(
        ({ messages, deferred, ended }) => messages.length + deferred.length + ended.length > 0,
      ),
      more: taken.some(({ more }) => more),
      defers: moment !== undefined || taken.some(({ deferred }) => deferred.length > 0),
      moment,
    }
  }

  /** Waits until what was begun is published, or has failed, and writes it down: the connections are still there. */
  async finish(): Promise<void> {
    while (this.publishing.size) await Promise.all(this.publishing)
    await this.writeDown()
  }

  /** Writes down where messages were published, of all since the last time. */
  writeDown(): Promise<void> {
    return this.places.writeDown()
  }

  private async take(schema: TaskSchema): Promise<Taken> {
    const traces = this.tracesOfRows()
    const taken = await this.stubborn.take(schema, (name, task) =>
      traces.begin(`relay ${name.trim().toUpperCase()}`, {
        attributes: {
          [own.task]: `${task.schema}.Task.${task.taskId}`,
          [conventional.messageId]: taskMessageId(task),
        },
      }),
    )
    traces.event('committed')
    count(taken)
    for (const { task, reason } of taken.ended) this.logEnded(`${task.schema}.Task.${task.taskId}`, reason)
    await this.publishBeside([...taken.messages, ...taken.told], () => traces.end())
    if (!taken.rows) await this.failNameless(schema)
    return taken
  }

  /** Rows wait, and none can be taken: those that no message could name fail. */
  private async failNameless(schema: TaskSchema): Promise<void> {
    for (const id of await this.repository.failBeyondNumbers(schema))
      this.logEnded(`${schema}.Task.${id}`, 'id-beyond-numbers')
  }

  /**
   * Publishes messages that waited for their moment, now that it is committed that they are owed at once.
   * @param moment of those that were in their stream before, and were put back to wait: the stream must not take them for
   *   what it has seen
   */
  async publishDue(messages: readonly OutgoingMessage[], moment?: LocalTime): Promise<void> {
    if (!messages.length) return
    countRelayed(messages)
    await this.publishBeside(messages, undefined, moment && `due.${moment.replace(' ', 'T')}`)
  }

  /** Where it takes long, beside the next look. @param ended called at the end of it, however that is */
  private async publishBeside(
    messages: readonly OutgoingMessage[],
    ended?: () => void,
    occasion?: string,
  ): Promise<void> {
    const published = this.publish(messages, occasion)
      .then(() => undefined)
      .catch((error: unknown) => this.log.error('what was published could not be written down', error))
      .finally(() => {
        ended?.()
        this.publishing.delete(published)
      })
    this.publishing.add(published)
    const over = new AbortController()
    // Aborted, the delay rejects: everything was published.
    await Promise.race([
      published.then(() => over.abort()),
      delay(publishingMs, undefined, { signal: over.signal }).catch(() => undefined),
    ])
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

  /**
   * Publishes what is owed. Where it is now is written down later; what did not get through stays owed, steps behind the
   * others, and is named.
   * @param occasion they may have been in their stream before, and are to come once more: what it is to tell them by
   * @returns how many got through
   */
  async publish(messages: readonly OutgoingMessage[], occasion?: string): Promise<number> {
    let published = 0
    const failed = new Map<string, string[]>()
    await Promise.all(
      messages.map(async (message) => {
        try {
          this.places.add(
            message.id,
            await this.publisher.publishSurely(message, occasion && `${message.id}.${occasion}`),
          )
          published++
        } catch (error) {
          const reason = reasonOf(error)
          failed.set(reason, [...(failed.get(reason) ?? []), message.id])
        }
      }),
    )
    await this.places.writeDownIfMany()
    for (const [reason, ids] of failed) {
      await this.repository.notPublished(ids, reason)
      this.passedOver.report(ids.map((id) => ({ table: 'AsyncSchema.Outbox', id, reason })))
    }
    return published
  }

  private logEnded(task: string, reason: string | undefined): void {
    if (reason) this.log.warn('task failed', { task, reason })
    else this.log.info('task completed: nothing to do', { task })
  }
}

/** As a handler's error would be called. */
function reasonOf(error: unknown): string {
  const outcome = classifyError(error)
  return outcome.kind === 'done' ? otherValue : outcome.reason
}

function countRelayed(messages: readonly OutgoingMessage[]): void {
  for (const { subject } of messages)
    counted().tasksRelayed.inc({ task: taskOfSubject(subject) ?? otherValue })
}

function count({ messages, deferred, ended }: Taken): void {
  countRelayed(messages)
  for (const { subject } of deferred)
    counted().tasksDeferred.inc({ task: taskOfSubject(subject) ?? otherValue })
  for (const { reason } of ended) counted().tasksRelayed.inc({ task: reason ? otherValue : feedbackTask })
}
