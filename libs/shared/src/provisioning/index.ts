export { targetState, type Target, type TargetGiven, type TargetState } from './target.js'
export { targetStandings, type TargetStanding } from './target-standings.js'
export { Targets } from './targets.repository.js'
export { openMessage } from './open-message.js'
