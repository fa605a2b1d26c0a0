import { randomUUID } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { briefly } from '../../logging/index.js'
import { failedAfter, notWrittenDown, OperationFailed } from '../operation-failed.js'
import { ActionParts } from './action-parts.js'
import type { Action, Doing } from './action.js'
import { actions, type ActionName, type InputOf, type ResultOf } from './actions.js'
import { OperatorActions, type ActionDetails, type Actor } from './operator-actions.repository.js'

/** What is asked for, by whom and why. */
export interface Asked<Name extends ActionName> {
  readonly name: Name
  readonly input: InputOf<Name>
  readonly actor: Actor
  readonly reason?: string
  /** Of whoever may ask twice: the second time nothing is done, and the answer is that of the first. */
  readonly key?: string
  readonly onProgress?: Doing['onProgress']
  /** Told when its row is there: until then nothing was done, and there is nothing to be seen of it. */
  readonly onWritten?: () => void
}

export interface Performed<Name extends ActionName> {
  readonly key: string
  readonly result: ResultOf<Name>
  /** What came of it in one line. */
  readonly words: string
  /** It was done before, and this is what came of it then. */
  readonly repeated: boolean
}

/** What was written down as begun. */
type Begun<Name extends ActionName> = Pick<Asked<Name>, 'input' | 'actor'> & {
  readonly key: string
  readonly reason: string | undefined
  readonly onProgress: Doing['onProgress'] | undefined
}

/** What is longer is kept without its details. */
const mostCharacters = 20_000

/**
 * The one way to change something as an operator. Each action has its row before it begins, and what came of it is
 * written there, also where it failed, with what was done until then: what cannot be written down is not done.
 */
@Injectable()
export class Actions {
  constructor(
    private readonly parts: ActionParts,
    private readonly rows: OperatorActions,
  ) {}

  /** What would come of it. Changes nothing, and leaves no row. @throws OperationFailed as `perform` would */
  preview<Name extends ActionName>(
    name: Name,
    input: InputOf<Name>,
    onProgress?: Doing['onProgress'],
  ): Promise<ResultOf<Name>> {
    return actionOf(name).run(input, this.parts, { dryRun: true, ...(onProgress ? { onProgress } : {}) })
  }

  /** What an action would be about, without what comes from now on: to be shown, and then to be done. */
  async bounded<Name extends ActionName>(name: Name, input: InputOf<Name>): Promise<InputOf<Name>> {
    return (await actionOf(name).bounded?.(input, this.parts)) ?? input
  }

  /**
   * Does it, once for its key.
   * @throws OperationFailed with a line for the operator, or whatever kept the work from being done
   */
  async perform<Name extends ActionName>(asked: Asked<Name>): Promise<Performed<Name>> {
    const { name, input, actor, reason, key = randomUUID(), onProgress, onWritten } = asked
    const action = actionOf(name)
    const given = { key, actor, name, target: action.target(input), input: JSON.stringify(input) }
    const isNew = await this.rows.begin({ ...given, ...(reason === undefined ? {} : { reason }) })
    const before = isNew ? undefined : await this.rowOf(given)
    onWritten?.()
    if (before) return asBefore(action, before, input)
    const result = await this.carryOut(action, { input, actor, key, onProgress, reason })
    const words = action.words(result, input)
    // Where this cannot be written the row stays as it began: it does not say that what is done has failed.
    await this.rows.end(key, 'DONE', { outcome: words, result: kept(result) })
    return { key, result, words, repeated: false }
  }

  private async carryOut<Name extends ActionName>(
    action: Action<InputOf<Name>, ResultOf<Name>>,
    { key, input, actor, reason, onProgress }: Begun<Name>,
  ): Promise<ResultOf<Name>> {
    const done: { soFar?: ResultOf<Name> } = {}
    try {
      if (action.needsReason && !reason?.trim()) throw new OperationFailed('say why: it is written down')
      return await action.run(input, this.parts, {
        dryRun: false,
        person: actor.person,
        ...(reason === undefined ? {} : { reason }),
        ...(onProgress ? { onProgress } : {}),
        soFar: (result) => void (done.soFar = result as ResultOf<Name>),
      })
    } catch (error) {
      const { soFar } = done
      const failed = soFar ? failedAfter(action.words(soFar, input), error) : error
      const came = { outcome: briefly(failed), ...(soFar ? { result: kept(soFar) } : {}) }
      await this.rows.end(key, 'FAILED', came).catch((lost: unknown) => {
        throw notWrittenDown(failed, lost)
      })
      throw failed
    }
  }

  /** Writes down that somebody asked for what is not theirs to do. */
  async refuse<Name extends ActionName>({ name, input, actor }: Asked<Name>): Promise<void> {
    const target = actionOf(name).target(input)
    await this.rows.begin({ key: randomUUID(), actor, name, target, input: JSON.stringify(input) }, 'REFUSED')
  }

  /** Of what was asked for before. @throws OperationFailed where the key is another's: its row tells of something else */
  private async rowOf({
    key,
    name,
    input,
    actor,
  }: Pick<Asked<ActionName>, 'name' | 'actor'> & {
    readonly key: string
    readonly input: string
  }): Promise<ActionDetails> {
    const row = await this.rows.byKey(key)
    if (row?.action !== name || row.input !== input || row.person !== actor.person)
      throw new OperationFailed('that key was used for something else')
    return row
  }
}

/** What came of it the first time. */
function asBefore<Name extends ActionName>(
  action: Action<InputOf<Name>, ResultOf<Name>>,
  { key, state, outcome, result: kept }: ActionDetails,
  input: InputOf<Name>,
): Performed<Name> {
  if (state === 'STARTED') throw new OperationFailed('that is under way already')
  if (state !== 'DONE') throw new OperationFailed(outcome ?? 'that was refused')
  const result = JSON.parse(kept ?? '{}') as ResultOf<Name>
  return { key, result, words: outcome ?? action.words(result, input), repeated: true }
}

/** With the types of its name: the list has one of each. */
const actionOf = <Name extends ActionName>(name: Name) =>
  actions[name] as unknown as Action<InputOf<Name>, ResultOf<Name>>

/** As JSON; lists are shortened where it would be too long to be kept. */
function kept(result: object): string {
  for (const most of [1_000, 100, 10, 0]) {
    const text = JSON.stringify(result, (_, value: unknown) =>
      Array.isArray(value) ? value.slice(0, most) : value,
    )
    if (text.length <= mostCharacters) return text
  }
  return '{}'
}
