import type { ExpressionBuilder } from 'kysely'
import type { Database } from '../database/index.js'

/** A message of the outbox that has not ended, for a condition on a target or on what one is to know. */
export const openMessage = (
  of: Pick<
    ExpressionBuilder<Database, 'AsyncSchema.ProvisioningTarget' | 'AsyncSchema.ProvisioningEntry'>,
    'selectFrom'
  >,
) => of.selectFrom('AsyncSchema.Outbox as o').select('o.OutboxId').where('o.DateEnded', 'is', null)
