export {
  targetState,
  Targets,
  type Target,
  type TargetGiven,
  type TargetStanding,
  type TargetState,
} from './targets.repository.js'
