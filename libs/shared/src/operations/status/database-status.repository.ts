import { sql } from 'kysely'
import { fromLondon, isTime, shownTime, type LocalTime } from '../../clock/index.js'
import { taskStatus, type TaskRef } from '../../contracts/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import { ageOf } from '../ages.js'
import { isClosed } from '../tasks/closed-tasks.repository.js'
import { taskSchemas } from '../runs/runs.repository.js'

export interface DatabaseStatus {
  /** Messages that are to be published, or have not ended. */
  readonly outbox: { readonly owed: number; readonly oldestMs: number | null }
  /** Messages that wait for their moment, and when the first of them is due. */
  readonly waiting: { readonly count: number; readonly next: LocalTime | null }
  /** How many rows there are of each status; `COMPLETE` is not counted, nor what failed and was closed. */
  readonly tasks: readonly {
    readonly schema: TaskRef['schema']
    readonly status: string
    readonly count: number
  }[]
  /** Payment runs that are neither settled nor empty. */
  readonly payments: readonly {
    readonly date: string
    readonly state: string
    readonly reason: string | null
  }[]
}

const open = [taskStatus.pending, taskStatus.inProgress, taskStatus.failed]
/** Spelt out, so that both databases use the indexes that end there. */
const waiting = sql.lit(outboxState.waiting)
const paid = ['SETTLED', 'EMPTY']

/** What the database says is still to be done. Ages count up to `now`, of the services' clock. */
export async function databaseStatus({ db }: DatabaseConnection, now: Date): Promise<DatabaseStatus> {
  const owed = await db
    .selectFrom('AsyncSchema.Outbox')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('DateCreated').as('oldest')])
    .where('DateEnded', 'is', null)
    .where('State', '<>', waiting)
    .executeTakeFirstOrThrow()
  const later = await db
    .selectFrom('AsyncSchema.Outbox')
    .select((eb) => [eb.fn.countAll<number>().as('count'), eb.fn.min('DateNotBefore').as('next')])
    .where('State', '=', waiting)
    // An item of a flow waits for its turn, and for no moment.
    .where('DateNotBefore', 'is not', null)
    .executeTakeFirstOrThrow()
  const oldest = owed.oldest as string | null
  const counted = taskSchemas.map(async (schema) => {
    const rows = await db
      .selectFrom(`${schema}.Task`)
      .select((eb) => ['Status', eb.fn.countAll<number>().as('count')])
      .where('Status', 'in', open)
      .where((eb) => eb.or([eb('Status', '!=', taskStatus.failed), eb.not(isClosed(schema))]))
      .groupBy('Status')
      .execute()
    const counts = new Map(rows.map(({ Status, count }) => [Status, Number(count)]))
    return open.map((status) => ({ schema, status, count: counts.get(status) ?? 0 }))
  })
  const payments = await db
    .selectFrom('AsyncSchema.PaymentRun')
    .select(['RunDate as date', 'State as state', 'LastReason as reason'])
    .where('State', 'not in', paid)
    .orderBy('RunDate')
    .execute()
  return {
    outbox: { owed: Number(owed.count), oldestMs: isTime(oldest) ? ageOf(fromLondon(oldest), now) : null },
    waiting: { count: Number(later.count), next: later.next === null ? null : shownTime(later.next) },
    tasks: (await Promise.all(counted)).flat(),
    payments,
  }
}
