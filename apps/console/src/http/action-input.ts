import {
  actions,
  doesNotFit,
  type Action,
  type ActionName,
  type InputOf,
  type ResultOf,
} from '#shared/operations'
import { Refusal } from './request.js'

/** The action of a name. @throws Refusal where there is none, or a page has it to itself */
export function actionNamed(name: string): {
  readonly name: ActionName
  readonly action: Action<InputOf<ActionName>, ResultOf<ActionName>>
} {
  if (!Object.hasOwn(actions, name)) throw new Refusal(404, 'there is no such action')
  const known = name as ActionName
  const action: Action<InputOf<ActionName>, ResultOf<ActionName>> = actions[known]
  if (action.ownPage) throw new Refusal(404, `to ${action.title} has a page of its own`)
  return { name: known, action }
}

/** What an address or a form says an action is about; undefined where it cannot be read. */
export function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : undefined
  } catch {
    return undefined
  }
}

/** The page that says what an action would come to. */
export const toDo = (name: ActionName, input: object): string =>
  `/do/${name}?input=${encodeURIComponent(JSON.stringify(input))}`

/** What an action is about, held against its schema. @throws Refusal naming what does not fit */
export function inputGiven(name: ActionName, given: unknown): InputOf<ActionName> {
  const result = actionNamed(name).action.input.safeParse(given)
  if (result.success) return result.data
  throw new Refusal(400, `what it is about cannot be understood: ${doesNotFit(result.error)}`)
}
