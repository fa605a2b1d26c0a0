import { Injectable } from '@nestjs/common'
import { Clock, shownTime, type LocalTime } from '../../clock/index.js'
import { DatabaseConnection, fit, type Row } from '../../database/index.js'
import type { ActionName } from './actions.js'

/** By which way somebody acts. */
export type Via = 'console' | 'api' | 'command-line'

/** Who acts: the name of a member of staff or of a program, as its issuer or the machine says it. */
export interface Actor {
  readonly person: string
  readonly via: Via
}

/** `STARTED`: under way, or its process has died. `REFUSED`: whoever asked may not. */
export type ActionState = 'STARTED' | 'DONE' | 'FAILED' | 'REFUSED'

/** An action as it is begun. */
export interface NewAction {
  readonly key: string
  readonly actor: Actor
  readonly name: ActionName
  readonly target: string
  /** JSON. */
  readonly input: string
  readonly reason?: string
}

/** An action as it was written down. */
export interface RecordedAction {
  readonly id: number
  readonly key: string
  readonly person: string
  readonly via: string
  readonly action: string
  readonly target: string
  readonly reason: string | null
  readonly state: ActionState
  readonly outcome: string | null
  readonly started: LocalTime
  readonly ended: LocalTime | null
}

export interface ActionDetails extends RecordedAction {
  /** JSON. */
  readonly input: string
  /** JSON. */
  readonly result: string | null
}

const columns = [
  ...['ActionId', 'ActionKey', 'Person', 'Via', 'Action', 'Target', 'Reason'],
  ...['State', 'Outcome', 'DateStarted', 'DateEnded'],
] as const satisfies readonly (keyof Row<'AsyncSchema.OperatorAction'>)[]

/** What operators did: `AsyncSchema.OperatorAction`. */
@Injectable()
export class OperatorActions {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes down that an action begins, or that it was refused.
   * @returns false if there is one with its key already
   */
  async begin(action: NewAction, state: 'STARTED' | 'REFUSED' = 'STARTED'): Promise<boolean> {
    const { db, dialect } = this.connection
    const now = this.clock.now()
    try {
      await db
        .insertInto('AsyncSchema.OperatorAction')
        .values({
          ...{ ActionKey: action.key, Via: action.actor.via, Action: action.name },
          Person: fitted('Person', action.actor.person),
          Target: fitted('Target', action.target),
          Input: action.input,
          Reason: action.reason === undefined ? null : fitted('Reason', action.reason),
          ...{ State: state, DateStarted: now, DateEnded: state === 'REFUSED' ? now : null },
        })
        .execute()
      return true
    } catch (error) {
      if (dialect.isDuplicateKey(error)) return false
      throw error
    }
  }

  /** Writes down what came of it. The first word counts. */
  async end(
    key: string,
    state: 'DONE' | 'FAILED',
    { outcome, result }: { readonly outcome: string; readonly result?: string },
  ): Promise<void> {
    await this.connection.db
      .updateTable('AsyncSchema.OperatorAction')
      .set({ State: state, Outcome: fitted('Outcome', outcome), Result: result ?? null })
      .set({ DateEnded: this.clock.now() })
      .where('ActionKey', '=', key)
      .where('State', '=', 'STARTED')
      .execute()
  }

  async byKey(key: string): Promise<ActionDetails | undefined> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.OperatorAction')
      .select([...columns, 'Input', 'Result'])
      .where('ActionKey', '=', key)
      .executeTakeFirst()
    return row && { ...recorded(row), input: row.Input, result: row.Result }
  }

  /** The newest first, from before an id on where one is given. */
  async newest(count: number, before?: number): Promise<RecordedAction[]> {
    const query = this.connection.db
      .selectFrom('AsyncSchema.OperatorAction')
      .select(columns)
      .orderBy('ActionId', 'desc')
      .$if(before !== undefined, (rows) => rows.where('ActionId', '<', before ?? 0))
    return (await this.connection.dialect.first(query, count).execute()).map(recorded)
  }
}

type Shown = Pick<Row<'AsyncSchema.OperatorAction'>, (typeof columns)[number]>

const recorded = (row: Shown): RecordedAction => ({
  ...{ id: row.ActionId, key: row.ActionKey, person: row.Person, via: row.Via, action: row.Action },
  ...{ target: row.Target, reason: row.Reason, outcome: row.Outcome },
  // Only this file writes it.
  state: row.State as ActionState,
  started: shownTime(row.DateStarted),
  ended: row.DateEnded === null ? null : shownTime(row.DateEnded),
})

/** Cut to its column, and without what would play tricks on a terminal: anybody may have typed it. */
const fitted = (column: 'Person' | 'Target' | 'Reason' | 'Outcome', text: string): string =>
  fit('AsyncSchema.OperatorAction', column, text.replace(/\p{Cc}/gu, ' '))
