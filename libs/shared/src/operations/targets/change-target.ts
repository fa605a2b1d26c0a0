import type { LocalTime } from '../../clock/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { targetState, Targets, type Target, type TargetGiven } from '../../provisioning/index.js'
import { OperationFailed } from '../operation-failed.js'

export interface ChangedTarget {
  readonly target: string
  /** It is new. */
  readonly added?: true
}

export interface ChangingTarget {
  readonly now: LocalTime
  readonly dryRun: boolean
  readonly reason?: string
}

/**
 * Sets a target up, or says anew how it is told; either way it is told of all that it has not confirmed.
 * @throws OperationFailed where somebody else has added one of the name meanwhile
 */
export async function setTarget(
  connection: DatabaseConnection,
  name: string,
  given: TargetGiven,
  { now, dryRun }: ChangingTarget,
): Promise<ChangedTarget> {
  const targets = new Targets(connection)
  const found = await targets.named(name)
  if (!dryRun)
    try {
      await connection.transaction((db) => {
        const place = { db, dialect: connection.dialect, now }
        return found ? targets.change(place, found.targetId, given) : targets.add(place, name, given)
      })
    } catch (error) {
      if (found || !connection.dialect.isDuplicateKey(error)) throw error
      throw new OperationFailed(`there is a target ${name} by now`)
    }
  return { target: name, ...(found ? {} : { added: true }) }
}

/**
 * Holds a target, lets one go on, or has one told once more of what it has not confirmed.
 * @throws OperationFailed where there is none of the name, or it is not so that this could be done
 */
export async function changeTarget(
  connection: DatabaseConnection,
  change: 'hold' | 'resume' | 'fill',
  name: string,
  { now, dryRun, reason = 'by an operator' }: ChangingTarget,
): Promise<ChangedTarget> {
  const targets = new Targets(connection)
  const target = await targets.named(name)
  if (!target) throw new OperationFailed(`there is no target ${name}`)
  const refused = whyNot(change, target)
  if (refused) throw refused
  if (!dryRun)
    await connection.transaction(async (db) => {
      const place = { db, dialect: connection.dialect, now }
      if (change === 'fill') return targets.fill(place, target.targetId)
      const isChanged =
        change === 'hold'
          ? await targets.hold(place, target.targetId, reason)
          : await targets.resume(place, target.targetId)
      // Somebody was faster.
      if (!isChanged) throw alreadyIs(name, change)
    })
  return { target: name }
}

function whyNot(
  change: 'hold' | 'resume' | 'fill',
  { name, state, probe }: Target,
): OperationFailed | undefined {
  const isHeld = state === targetState.held
  if (change === 'fill') return isHeld ? new OperationFailed(`target ${name} is held`) : undefined
  // One that is held because it failed goes on by itself: that ends here.
  const isSo = change === 'hold' ? isHeld && probe === null : !isHeld
  return isSo ? alreadyIs(name, change) : undefined
}

const alreadyIs = (name: string, change: 'hold' | 'resume') =>
  new OperationFailed(`target ${name} is ${change === 'hold' ? 'held already' : 'not held'}`)
