import { events } from '#shared/contracts'
import { eventRow, eventsDue, owedMessages, subscribers, toldEvents } from '#shared/unit-of-work'
import type { PaymentRun, Step } from './payment-runs.repository.js'

/** Few enough for SQL Server's parameters. */
const rowsAtOnce = 200

/** What other systems are told of a run, if one of them has asked for it, with the step that it comes from. */
export async function filesWritten(
  step: Step,
  { RunId: run, RunDate: date }: PaymentRun,
  payments: number,
): Promise<void> {
  const told = { event: events.paymentFilesWritten, key: run, data: { run, date, payments } }
  await step.dialect.batch(
    step.db,
    toldEvents(step, [told], { id: `${run}.files` }, () => undefined),
  )
}

/**
 * Writes down which claims are paid; that they are to be told is owed with the run's end.
 * @param claims those that a step marks as paid
 */
export async function claimsPaid(
  { db, now }: Step,
  { RunId: run }: PaymentRun,
  claims: () => Promise<readonly { readonly reference: string; readonly claimId: number }[]>,
): Promise<void> {
  const event = events.claimPaid
  if ((await subscribers(db, [event.name]).execute()).length === 0) return
  const rows = (await claims()).map(({ reference, claimId }) =>
    eventRow({ event, key: `${run}.${claimId}`, data: { reference, claimId, run }, reference }, now),
  )
  for (let start = 0; start < rows.length; start += rowsAtOnce)
    await writeDown(db, rows.slice(start, start + rowsAtOnce))
}

/** But for those that are there: what is paid is paid, whatever was told of it before. */
async function writeDown(db: Step['db'], rows: readonly ReturnType<typeof eventRow>[]): Promise<void> {
  const known = await db
    .selectFrom('AsyncSchema.WebhookEvent')
    .select('WebhookId')
    .where(
      'WebhookId',
      'in',
      rows.map(({ WebhookId }) => WebhookId),
    )
    .execute()
  const before = new Set(known.map(({ WebhookId }) => WebhookId))
  const fresh = rows.filter(({ WebhookId }) => !before.has(WebhookId))
  if (fresh.length) await db.insertInto('AsyncSchema.WebhookEvent').values(fresh).execute()
}

/** Has what was written down of a run told, with the step that ends it: whatever becomes of the message that took it. */
export async function claimsTold({ db, dialect, now }: Step, { RunId: run }: PaymentRun): Promise<void> {
  const waiting = db.selectFrom('AsyncSchema.WebhookEvent').select('EventId').where('DateQueued', 'is', null)
  if (!(await dialect.first(waiting, 1).executeTakeFirst())) return
  await dialect.batch(db, owedMessages(db, [eventsDue({ id: `${run}.settled` })], now))
}
