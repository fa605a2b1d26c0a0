import type { INestApplicationContext } from '@nestjs/common'
import {
  Actions,
  actions,
  type Action,
  type ActionName,
  type InputOf,
  type ResultOf,
} from '#shared/operations'
import { textGiven } from './arguments.js'
import type { OpsContext } from './command.js'
import { OpsFailure } from './failures.js'

/** The options of every command that changes something. */
export const changeOptions = {
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  reason: { type: 'string' },
} as const

export interface ChangeGiven {
  readonly dryRun: boolean
  /** Do not ask. */
  readonly yes: boolean
  readonly reason?: string
}

/** @throws UsageError where the reason is empty */
export function changeGiven(values: { 'dry-run': boolean; yes: boolean; reason?: string }): ChangeGiven {
  const reason = textGiven('reason', values.reason)
  return { dryRun: values['dry-run'], yes: values.yes, ...(reason === undefined ? {} : { reason }) }
}

export interface Changed<Name extends ActionName> {
  readonly result: ResultOf<Name>
  /** What came of it in one line, or would come of it. */
  readonly words: string
}

/**
 * Carries out an action as its options say: only says what it would come to, or asks first on a terminal. Who did it,
 * and why, is written down.
 * @throws OpsFailure where the operator says no
 */
export async function change<Name extends ActionName>(
  { actor, ask, warn }: OpsContext,
  parts: INestApplicationContext,
  {
    name,
    input: asked,
    given,
  }: { readonly name: Name; readonly input: InputOf<Name>; readonly given: ChangeGiven },
): Promise<Changed<Name>> {
  const service = parts.get(Actions)
  const action = actions[name] as unknown as Action<InputOf<Name>, ResultOf<Name>>
  const shows = given.dryRun || (ask !== undefined && !given.yes)
  // What is shown is what is done, whatever comes before somebody says yes.
  const input = shows ? await service.bounded(name, asked) : asked
  const told = { heard: 0 }
  const onProgress = (soFar: Readonly<Record<string, number>>) => {
    const { read = 0 } = soFar
    if (read - told.heard < progressEvery) return
    told.heard = read
    warn(
      Object.entries(soFar)
        .map(([what, count]) => `${count} ${what}`)
        .join(', '),
    )
  }
  if (shows) {
    const result = await service.preview(name, input, onProgress)
    const foreseen = `would be: ${action.words(result, input)}`
    if (given.dryRun) return { result, words: foreseen }
    if (!(await ask?.(`${foreseen}. Do it?`))) throw new OpsFailure('nothing was done')
  }
  const { reason } = given
  return service.perform({ name, input, actor, onProgress, ...(reason === undefined ? {} : { reason }) })
}

/** After so many messages the operator hears that it goes on. */
const progressEvery = 5_000
