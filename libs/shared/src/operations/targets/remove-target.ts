import type { LocalTime } from '../../clock/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { Targets } from '../../provisioning/index.js'
import { OperationFailed } from '../operation-failed.js'

export interface RemovedTarget {
  readonly target: string
  /** Of so many subjects it was to know, at an organisation each; nothing of them is kept for it. */
  readonly forgotten: number
}

/**
 * Ends what a target is told, for good, and deletes what it was to know. The system itself is told nothing of that; one that is
 * set up under its name later is told of everything. @throws OperationFailed where there is none of the name
 */
export async function removeTarget(
  connection: DatabaseConnection,
  name: string,
  { now, dryRun }: { readonly now: LocalTime; readonly dryRun: boolean },
): Promise<RemovedTarget> {
  const targets = new Targets(connection)
  const found = (await targets.standings()).find((target) => target.name === name)
  if (!found) throw noTarget(name)
  if (dryRun) return { target: name, forgotten: found.wanted }
  const { targetId } = found
  // First: what is written down for it from now on is told nobody, and deleted with the day's pruning.
  if (!(await connection.transaction((db) => targets.remove({ db }, targetId)))) throw noTarget(name)
  const { dialect } = connection
  for (let forgotten = 0; ;) {
    const some = await connection.transaction((db) => targets.forget({ db, dialect, now }, targetId))
    forgotten += some.count
    if (some.isAll) return { target: name, forgotten }
  }
}

const noTarget = (name: string) => new OperationFailed(`there is no target ${name}`)
