import {
  taskKey,
  taskMessageId,
  type ClaimMessage,
  type Message,
  type TaskName,
  type TaskRef,
} from '#shared/contracts'
import { DeliveryRecord, markPublished } from '#shared/unit-of-work'
import { ClosedTasks, Readdressed, Runs, TaskRows } from '#shared/operations'
import { ScheduleRuns } from '#shared/jobs'
import { Restorations as LostTries } from '../../../apps/notifier/src/restored/restorations.repository.js'
import { NotifierSettings } from '../../../apps/notifier/src/notifier.settings.js'
import { Reminders } from '../../../apps/notifier/src/send-email/reminders.repository.js'
import type { NotifyClient } from '../../../apps/notifier/src/sending/notify.client.js'
import { answerTo, OneNotification } from '../../../apps/notifier/src/sending/one-notification.js'
import { TextLimit } from '../../../apps/notifier/src/sending/text-limit.service.js'
import { TicketAttempts } from '../../../apps/notifier/src/raise-ticket/ticket-attempts.repository.js'
import { OldRecords } from '../../../apps/task-relay/src/prune-records/old-records.repository.js'
import { PendingTasks } from '../../../apps/task-relay/src/relay-tasks/pending-tasks.repository.js'
import { QuietRows } from '../../../apps/task-relay/src/republish-quiet/quiet-rows.repository.js'
import { baseSettings } from '../environment.js'
import type { Row } from '../row-sets.js'
import { handled, inboxOf, unitOfWorkOf, type Sent } from './deeds.js'
import { pagedJobOf } from './deeds-of-claims.js'
import type { Deed, Place } from './playground.js'

/** A run of a Task row: its message, and the row of the outbox that owes it. */
export function runOf(schema: TaskRef['schema'], row: Row, run = 1): TaskRef & { readonly id: string } {
  const columns = { Reference: null, EligibilityId: null, ClaimId: null, ...row }
  const task = { schema, taskId: Number(row.TaskId), run, key: taskKey(columns as never) }
  return { ...task, id: taskMessageId(task) }
}

export const outboxRow = ({ id, schema, taskId, run }: ReturnType<typeof runOf>, columns: Row = {}): Row => ({
  ...{
    MessageId: id,
    Subject: 'claims.benefit-check-due',
    Body: '{}',
    TaskSchema: schema,
    TaskId: taskId,
    Run: run,
  },
  ...{
    State: 'PUBLISHED',
    Attempts: 0,
    DateCreated: '2024-03-13 09:00:00',
    DateLastHeard: '2024-03-13 09:00:00',
  },
  ...columns,
})

export const messageOf = ({ id, ...task }: ReturnType<typeof runOf>, consumer: string): Sent => ({
  ...{ id, consumer, task },
})

export const relays = (schema: TaskRef['schema'], name = 'the relay'): Deed => ({
  name: `${name} takes rows of ${schema}`,
  async do(place) {
    const repository = new PendingTasks(place.connection, place.clock)
    const { messages } = await repository.takePending(schema)
    await place.publisher.publishFollowUps(messages)
    const places = messages.map(({ id }) => ({ id, sequence: 1 }))
    await repository.markPublished(places, place.clock.now())
  },
})

export const republishes: Deed = {
  name: 'the relay publishes again what is quiet',
  async do(place) {
    const repository = new QuietRows(place.connection, place.clock)
    const quiet = await repository.quiet(60, 5)
    await markPublished(
      place.connection,
      quiet.map(({ MessageId }) => ({ id: MessageId, sequence: 2 })),
      place.clock.now(),
    )
    await repository.heard(quiet)
  },
}

export const finishes = (message: Sent): Deed => ({
  name: `${message.consumer} finishes ${message.id}`,
  do: (place) => unitOfWorkOf(place).finish(message),
})

export const followsUp = (cause: Sent, task: TaskName, claim: ClaimMessage): Deed => ({
  name: `${cause.consumer} asks for ${task}`,
  do: (place) =>
    unitOfWorkOf(place).run<Message>(cause, (work) => {
      work.followUp(task, claim)
      return Promise.resolve()
    }),
})

const recordOf = (place: Place) => new DeliveryRecord(place.connection, inboxOf(place), place.clock)

export const givesUp = (message: Sent): Deed => ({
  name: `${message.consumer} gives up ${message.id}`,
  do: (place) => recordOf(place).gaveUp(message, 'timed-out'),
})

export const noteFailure = (message: Sent): Deed => ({
  name: `${message.consumer} notes a failed attempt at ${message.id}`,
  do: (place) => recordOf(place).failedAttempt(message, 'timed-out'),
})

export const reopens = (message: Sent): Deed => ({
  name: `an operator retries ${message.id}`,
  do: ({ connection, clock }) =>
    new Runs(connection, clock).reopen([
      { id: message.id, consumer: message.consumer, ...(message.task ? { task: message.task } : {}) },
    ]),
})

export const retriesRows = (schema: TaskRef['schema'], ids: readonly number[]): Deed => ({
  name: `an operator sets ${schema}.Task ${ids.join()} to PENDING`,
  do: ({ connection, clock }) =>
    new TaskRows(connection, clock, new ClosedTasks(connection, clock)).setPending(schema, ids),
})

export const closesTasks = (schema: TaskRef['schema'], ids: readonly number[], person: string): Deed => ({
  name: `${person} closes ${schema}.Task ${ids.join()}`,
  do: ({ connection, clock }) =>
    new ClosedTasks(connection, clock).close(schema, ids, { person, reason: 'told by telephone' }),
})

export const readdresses = (id: string): Deed => ({
  name: `an operator has ${id} go to the address of today`,
  do: ({ connection, clock }) => new Readdressed(connection, clock).record([id], 'an operator'),
})

/** A job of one stage, as its handler runs it. */
export const prunes = (schema: TaskRef['schema'], id: string): Deed =>
  handled(`prune-records ${id}`, { id, consumer: 'prune-records' }, async (place, delivery) => {
    const records = new OldRecords(place.connection)
    const before = '2024-03-12 00:00:00'
    await pagedJobOf(place).run(delivery, '2024-03-13', () => [
      records.inbox(before),
      records.followUps(before),
      records.taskRuns(schema, before),
    ])
    return { kind: 'done' }
  })

export const firesJob = (name: string): Deed => ({
  name: `${name} fires the daily jobs`,
  do: ({ connection, clock }) =>
    new ScheduleRuns(connection, clock).record('daily', '2024-03-13', '2024-03-13 04:30:00'),
})

export const notifierSettings = new NotifierSettings({
  ...baseSettings,
  APVS_NOTIFY_API_URL: 'http://localhost',
  APVS_ZENDESK_ENABLED: 'false',
})

/** One email, and the mark of a reminder on its claim. */
export const remindsByEmail = (claim: ClaimMessage, message: Sent): Deed =>
  handled(`send-email of ${message.id}`, message, async (place, delivery) => {
    const { connection, clock } = place
    const sent = (reference: string) => `email ${reference}`
    const notify = {
      find: (_: string, reference: string) =>
        Promise.resolve(place.hasNoted(sent(reference)) ? { id: reference, status: 'sending' } : undefined),
      send: async ({ reference }: { reference: string }) => {
        await place.outside()
        place.note(sent(reference))
        return reference
      },
    }
    const oneNotification = new OneNotification(
      inboxOf(place),
      notify as unknown as NotifyClient,
      notifierSettings,
      new LostTries(connection, clock),
      new TextLimit(connection, clock),
      clock,
    )
    const to = 'visitor@example.org'
    const email = {
      channel: 'email',
      to,
      templateId: '',
      template: 'CLAIM_ACCEPTED',
      personalisation: {},
    } as const
    const outcome = await oneNotification.send(delivery, email)
    if (outcome.kind !== 'sent') return answerTo(outcome)
    await unitOfWorkOf(place).run(delivery, (work) => new Reminders().sent(work, claim))
    return { kind: 'done' }
  })

/** The two rows by which a ticket is raised once. */
export const raisesTicket = (message: Sent): Deed =>
  handled(`raise-ticket of ${message.id}`, message, async (place, delivery) => {
    const attempts = new TicketAttempts(place.connection, place.clock)
    const start = await inboxOf(place).start(delivery, { ms: 60_000, longestMs: 60_000 })
    if (start === 'busy') return { kind: 'retry', reason: 'busy', afterMs: 0 }
    if (start === 'first') await attempts.begin(delivery)
    await attempts.sinceFirst(delivery)
    if (!place.hasNoted(`ticket ${message.id}`)) place.note(`ticket ${message.id}`)
    await unitOfWorkOf(place).run(delivery, (work) => attempts.forget(delivery, work.db))
    return { kind: 'done' }
  })
