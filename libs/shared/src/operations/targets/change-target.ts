import type { LocalTime } from '../../clock/index.js'
import type { DatabaseConnection } from '../../database/index.js'
import { targetState, Targets, type Target, type TargetGiven } from '../../provisioning/index.js'
import { OperationFailed } from '../operation-failed.js'
import { unlessTaken } from '../unless-taken.js'

export interface ChangedTarget {
  readonly target: string
  /** It is new. */
  readonly added?: true
  /** It is held, as it was: nothing is said to it until it is let go on. */
  readonly held?: true
}

export interface ChangingTarget {
  readonly now: LocalTime
  readonly dryRun: boolean
  readonly reason?: string
}

export interface SettingTarget extends ChangingTarget {
  /** What somebody was shown: that it would be a new one, or that it is there. Where that is not so any more nothing is done. */
  readonly isNew?: boolean | undefined
}

/**
 * Sets a target up, or says anew how it is told; either way it is told of all that it has not confirmed.
 * @throws OperationFailed where somebody else has meanwhile added one of the name, or removed it
 */
export async function setTarget(
  connection: DatabaseConnection,
  name: string,
  given: TargetGiven,
  { now, dryRun, isNew }: SettingTarget,
): Promise<ChangedTarget> {
  const targets = new Targets(connection)
  const { dialect } = connection
  const said = (state: Pick<Target, 'state' | 'probe'> | undefined): ChangedTarget => {
    if (isNew === true && state) throw isThere(name)
    if (isNew === false && !state) throw isNone(name)
    if (!state) return { target: name, added: true }
    return { target: name, ...(isHeldByAPerson(state) ? { held: true } : {}) }
  }
  if (dryRun) return said(await targets.named(name))
  return unlessTaken(connection, isThere(name), async (db) => {
    const place = { db, dialect, now }
    // Whoever says so of a new one finds out by its name, which there is but once.
    const state = isNew === true ? undefined : await targets.change(place, name, given)
    const result = said(state && { state, probe: null })
    if (result.added) await targets.add(place, name, given)
    return result
  })
}

/** One that is held because it failed goes on by itself, once it answers. */
const isHeldByAPerson = ({ state, probe }: Pick<Target, 'state' | 'probe'>): boolean =>
  state === targetState.held && probe === null

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
  if (!target) throw isNone(name)
  const refused = whyNot(change, target)
  if (refused) throw refused
  const { targetId } = target
  if (!dryRun)
    await connection.transaction(async (db) => {
      const place = { db, dialect: connection.dialect, now }
      // Where it is not so any more, somebody was faster.
      if (change === 'fill') {
        const state = await targets.fill(place, targetId)
        if (state === undefined) throw isNone(name)
        if (state === targetState.held) throw isHeldOne(name)
        return
      }
      const isChanged =
        change === 'hold'
          ? await targets.hold(place, targetId, reason)
          : await targets.resume(place, targetId)
      if (!isChanged) throw (await targets.one(targetId, db)) ? alreadyIs(name, change) : isNone(name)
    })
  return { target: name }
}

function whyNot(change: 'hold' | 'resume' | 'fill', target: Target): OperationFailed | undefined {
  const { name, state } = target
  const isHeld = state === targetState.held
  if (change === 'fill') return isHeld ? isHeldOne(name) : undefined
  const isSo = change === 'hold' ? isHeldByAPerson(target) : !isHeld
  return isSo ? alreadyIs(name, change) : undefined
}

const isNone = (name: string) => new OperationFailed(`there is no target ${name}`)
const isHeldOne = (name: string) => new OperationFailed(`target ${name} is held`)
const isThere = (name: string) => new OperationFailed(`there is another target ${name}`, 'target')
const alreadyIs = (name: string, change: 'hold' | 'resume') =>
  new OperationFailed(`target ${name} is ${change === 'hold' ? 'held already' : 'not held'}`)
