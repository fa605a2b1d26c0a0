import type { Transaction } from 'kysely'
import type { LocalTime } from '../../clock/index.js'
import type { Database, DatabaseConnection, SqlDialect } from '../../database/index.js'
import { Targets, targetStandings } from '../../provisioning/index.js'
import { outboxState } from '../../unit-of-work/index.js'
import { OperationFailed } from '../operation-failed.js'

/** Rows deleted in one transaction: others wait no longer for it. */
const atOnce = 500

export interface RemovedTarget {
  readonly target: string
  /** Of so many subjects it was to know, at an organisation each; nothing of them is kept for it. */
  readonly forgotten: number
}

/**
 * Ends what a target is told, for good, and deletes what it was to know, page by page: gives after each how much so far. The
 * system itself is told nothing of that; one that is set up under its name later is told of everything.
 * @throws OperationFailed where there is none of the name
 */
export async function* removeTarget(
  connection: DatabaseConnection,
  name: string,
  { now, dryRun }: { readonly now: LocalTime; readonly dryRun: boolean },
): AsyncGenerator<RemovedTarget> {
  const found = (await targetStandings(connection)).find((target) => target.name === name)
  if (!found) throw noTarget(name)
  if (dryRun) {
    yield { target: name, forgotten: found.wanted }
    return
  }
  const { targetId } = found
  // First: what is written down for it from now on is told nobody, and deleted with the day's pruning.
  if (!(await connection.transaction((db) => new Targets(connection).remove({ db }, targetId))))
    throw noTarget(name)
  const { dialect } = connection
  let forgotten = 0
  yield { target: name, forgotten }
  for (let isAll = false; !isAll;) {
    const some = await connection.transaction((db) => forget(db, { dialect, now }, targetId))
    forgotten += some.count
    isAll = some.isAll
    yield { target: name, forgotten }
  }
}

interface Forgotten {
  readonly count: number
  readonly isAll: boolean
}

/**
 * Deletes some of what a target that was removed was to know, and calls off what owes it.
 * @returns how much, and whether that is the last of it
 */
async function forget(
  db: Transaction<Database>,
  { dialect, now }: { readonly dialect: SqlDialect; readonly now: LocalTime },
  targetId: number,
): Promise<Forgotten> {
  const some = db
    .selectFrom('AsyncSchema.ProvisioningEntry')
    .select('EntryId')
    .where('TargetId', '=', targetId)
    .orderBy('EntryId')
  const ids = (await dialect.first(some, atOnce).execute()).map(({ EntryId }) => EntryId)
  const forgotten = { count: ids.length, isAll: ids.length < atOnce }
  if (!ids.length) return forgotten
  const owing = db
    .selectFrom('AsyncSchema.ProvisioningEntry')
    .select('MessageId')
    .where('EntryId', 'in', ids)
    .where('MessageId', 'is not', null)
  const ended = {
    State: outboxState.cancelled,
    LastReason: 'target-removed',
    DateEnded: now,
    DateLastHeard: now,
  }
  await dialect.batch(db, [
    db
      .updateTable('AsyncSchema.Outbox')
      .set(ended)
      .where('DateEnded', 'is', null)
      .where('MessageId', 'in', owing as never),
    db.deleteFrom('AsyncSchema.ProvisioningEntry').where('EntryId', 'in', ids),
  ])
  return forgotten
}

const noTarget = (name: string) => new OperationFailed(`there is no target ${name}`)
