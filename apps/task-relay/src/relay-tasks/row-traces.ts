import { taskMessageId, type TaskRef } from '#shared/contracts'
import { childTraceparent, conventional, currentSpan, own, type OpenSpan } from '#shared/telemetry'

/** Gives the W3C trace context that a row's message begins with. */
export type BeginTrace = (name: string, task: TaskRef) => string

export const untraced: BeginTrace = () => childTraceparent(undefined)

/** The traces of rows that are taken together: each row begins its own, with a link to the taking. */
export class RowTraces {
  private readonly rows = new Map<string, OpenSpan>()

  readonly begin: BeginTrace = (name, task) => {
    const id = taskMessageId(task)
    const span = currentSpan()?.beginLinked(`relay ${name.trim().toUpperCase()}`, {
      attributes: { [own.task]: `${task.schema}.Task.${task.taskId}`, [conventional.messageId]: id },
    })
    if (!span) return untraced(name, task)
    this.rows.set(id, span)
    return span.traceparent
  }

  /** Only of rows that were taken: what is not ended, nobody sees. */
  end(): void {
    for (const row of this.rows.values()) row.end()
  }
}
