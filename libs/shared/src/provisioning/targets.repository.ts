import { Injectable } from '@nestjs/common'
import type { Kysely, Transaction } from 'kysely'
import type { LocalTime } from '../clock/index.js'
import { DatabaseConnection, fit, type Database, type SqlDialect } from '../database/index.js'
import { Flows } from '../flows/index.js'
import { OwnError } from '../logging/index.js'
import { fillTargetFlow } from './fill-target.flow.js'
import { openMessage } from './open-message.js'
import {
  columnsOf,
  targetOf,
  targetState,
  type Target,
  type TargetGiven,
  type TargetState,
} from './target.js'

interface Place {
  readonly db: Transaction<Database>
  readonly dialect: SqlDialect
  readonly now: LocalTime
}

/** Of a target that is asked and fails so often in a row, one message alone goes on asking. */
const holdAfter = 20
const noted = (reason: string) => fit('AsyncSchema.ProvisioningTarget', 'Reason', reason)

/** The systems that are told: `AsyncSchema.ProvisioningTarget`. */
@Injectable()
export class Targets {
  constructor(private readonly connection: DatabaseConnection) {}

  async all(db: Kysely<Database> = this.connection.db): Promise<Target[]> {
    const rows = await db
      .selectFrom('AsyncSchema.ProvisioningTarget')
      .selectAll()
      .orderBy('TargetId')
      .execute()
    return rows.map(targetOf)
  }

  async one(targetId: number, db: Kysely<Database> = this.connection.db): Promise<Target | undefined> {
    const row = await db
      .selectFrom('AsyncSchema.ProvisioningTarget')
      .selectAll()
      .where('TargetId', '=', targetId)
      .executeTakeFirst()
    return row && targetOf(row)
  }

  async named(name: string): Promise<Target | undefined> {
    return (await this.all()).find((target) => target.name === name)
  }

  /** Sets a target up, and has it filled. */
  async add(place: Place, name: string, given: TargetGiven): Promise<void> {
    const { db, dialect, now } = place
    const added = db.insertInto('AsyncSchema.ProvisioningTarget').values({
      ...{ Name: name, ...columnsOf(given), State: targetState.active },
      ...{ FailedInARow: 0, Fills: 0, DateCreated: now, DateChanged: now },
    })
    const [row] = await dialect.returning(added, ['TargetId']).execute()
    if (!row) throw new OwnError('a target was not inserted')
    await this.fill(place, row.TargetId)
  }

  /**
   * Says anew how the target of a name is told, and has it filled: it may be told of more now. One that is held because it failed
   * goes on: what was answered before says nothing of it.
   * @returns the state it is in then; undefined where there is none of the name
   */
  async change(place: Place, name: string, given: TargetGiven): Promise<TargetState | undefined> {
    const { db, dialect, now } = place
    const target = db.updateTable('AsyncSchema.ProvisioningTarget').where('Name', '=', name)
    const changing = target.set({ ...columnsOf(given), DateChanged: now })
    const [row] = await dialect.returning(changing, ['TargetId']).execute()
    if (!row) return undefined
    await target
      .set({ State: targetState.active, ...unheld })
      .where('State', '=', targetState.held)
      .where('ProbeMessageId', 'is not', null)
      .execute()
    return this.fill(place, row.TargetId)
  }

  /**
   * Takes a target away: from now on nobody is told anything under its number, and one of its name is another one.
   * @returns false where it is not there any more
   */
  async remove({ db }: Pick<Place, 'db'>, targetId: number): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('AsyncSchema.ProvisioningTarget')
      .where('TargetId', '=', targetId)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** Holds a target. @returns false where it is held already */
  async hold({ db, now }: Omit<Place, 'dialect'>, targetId: number, reason: string): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ State: targetState.held, Reason: noted(reason), ProbeMessageId: null, DateHeld: now })
      .where('TargetId', '=', targetId)
      .where((row) => row.or([row('State', '=', targetState.active), row('ProbeMessageId', 'is not', null)]))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** Lets a target go on that is held, and has it told of what it does not know. @returns false where it is not held */
  async resume(place: Place, targetId: number): Promise<boolean> {
    const { numUpdatedRows } = await place.db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ State: targetState.active, ...unheld })
      .where('TargetId', '=', targetId)
      .where('State', '=', targetState.held)
      .executeTakeFirst()
    if (!numUpdatedRows) return false
    await this.fill(place, targetId)
    return true
  }

  /**
   * Has a target told of all that it has not confirmed.
   * @returns the state it is in: while it is held it is told nothing; undefined where it is not there any more
   */
  async fill(place: Place, targetId: number): Promise<TargetState | undefined> {
    const counting = place.db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set((target) => ({ Fills: target('Fills', '+', 1) }))
      .where('TargetId', '=', targetId)
    const [row] = await place.dialect.returning(counting, ['Fills', 'State']).execute()
    if (!row) return undefined
    await new Flows(this.connection).begin(place, fillTargetFlow, `${targetId}.${row.Fills}`, { targetId })
    return row.State as TargetState
  }

  /**
   * A request came to nothing for a reason that is the target's. Once that was so often enough in a row the target is held,
   * and this message alone goes on asking it.
   */
  async failed(targetId: number, messageId: string, reason: string, now: LocalTime): Promise<boolean> {
    const { db } = this.connection
    await db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set((target) => ({ FailedInARow: target('FailedInARow', '+', 1), Reason: noted(reason) }))
      .where('TargetId', '=', targetId)
      .where('State', '=', targetState.active)
      .execute()
    const { numUpdatedRows } = await db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ State: targetState.held, ProbeMessageId: messageId, DateHeld: now })
      .where('TargetId', '=', targetId)
      .where('State', '=', targetState.active)
      .where('FailedInARow', '>=', holdAfter)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** It answered: what failed before does not count. Where it was held because it failed, it goes on. */
  async answered(place: Place, { targetId, state, failedInARow }: Target, messageId: string): Promise<void> {
    if (state === targetState.active && failedInARow)
      await place.db
        .updateTable('AsyncSchema.ProvisioningTarget')
        .set({ FailedInARow: 0, Reason: null })
        .where('TargetId', '=', targetId)
        .where('State', '=', targetState.active)
        .execute()
    if (state === targetState.held) await this.probed(place, targetId, messageId)
  }

  /**
   * Has a message go on asking a target that is held because it failed, where the one that did has ended: it was called off,
   * or was given up. Repeating is safe.
   * @returns false where that one, or another one, still asks, or the target is held by a person
   */
  async askInstead({ targetId, probe }: Target, messageId: string): Promise<boolean> {
    if (probe === null) return false
    const { numUpdatedRows } = await this.connection.db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ ProbeMessageId: messageId })
      .where('TargetId', '=', targetId)
      .where('State', '=', targetState.held)
      .where('ProbeMessageId', 'in', [probe, messageId])
      .where((target) => target.not(target.exists(openMessage(target).where('o.MessageId', '=', probe))))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /** The message that goes on asking a target that is held has found it there, or has nothing more to ask. */
  async probed(place: Place, targetId: number, messageId: string): Promise<void> {
    const { numUpdatedRows } = await place.db
      .updateTable('AsyncSchema.ProvisioningTarget')
      .set({ State: targetState.active, ...unheld })
      .where('TargetId', '=', targetId)
      .where('State', '=', targetState.held)
      .where('ProbeMessageId', '=', messageId)
      .executeTakeFirst()
    if (numUpdatedRows) await this.fill(place, targetId)
  }
}

const unheld = { Reason: null, ProbeMessageId: null, DateHeld: null, FailedInARow: 0 }
