export { fillTargetFlow } from './fill-target.flow.js'
export {
  targetState,
  Targets,
  type Target,
  type TargetGiven,
  type TargetStanding,
  type TargetState,
} from './targets.repository.js'
