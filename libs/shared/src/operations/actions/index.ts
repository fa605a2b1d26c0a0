export type { Action, ActionRole } from './action.js'
export { ActionParts } from './action-parts.js'
export { actionNames, actions, type ActionName, type InputOf, type ResultOf } from './actions.js'
export {
  OperatorActions,
  type ActionDetails,
  type ActionState,
  type Actor,
  type RecordedAction,
} from './operator-actions.repository.js'
export { Actions, type Asked, type Performed } from './perform-actions.js'
export { handlerName } from './handler-name.js'
export { targetGiven } from './set-target.js'
export { targetName } from './target-name.js'
export { tallyWords } from './tally.js'
export { withDocumentStore } from './with-document-store.js'
