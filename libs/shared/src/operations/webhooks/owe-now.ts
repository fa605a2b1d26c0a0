import type { Transaction } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import { followUpId, subjects } from '../../contracts/index.js'
import { fit, type Database, type SqlDialect } from '../../database/index.js'
import { owedMessages } from '../../unit-of-work/index.js'
import { makeNextDue } from '../../webhooks/index.js'

/** When an operator says something, why, and whether it is only to be looked at. */
export interface AtNow {
  readonly now: LocalTime
  readonly dryRun: boolean
  readonly reason: string
}

/** A reason as the row of an endpoint takes it. */
export const reasonOf = (reason = 'by an operator'): string =>
  fit('AsyncSchema.WebhookEndpoint', 'StateReason', reason)

/** Long past by every clock: an operator's may be wrong, and holds nothing back. */
const atOnce = '1970-01-01 00:00:00.000'

/** Makes the next delivery of an endpoint due, and has the relay publish it at once: operators publish nothing themselves. */
export async function oweNext(
  { db, dialect }: { readonly db: Transaction<Database>; readonly dialect: SqlDialect },
  endpointId: number,
  { now }: AtNow,
): Promise<void> {
  const next = await makeNextDue({ db, dialect, now }, endpointId)
  if (!next) return
  const { name, body } = next
  const subject = subjects.webhookDeliveryDue
  const message = { id: followUpId(name, subject), subject, body, notBefore: atOnce }
  await dialect.batch(db, owedMessages(db, [message], now))
}
