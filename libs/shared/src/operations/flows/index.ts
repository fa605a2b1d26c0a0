export { changeFlow, type ChangedFlow, type FlowChange } from './change-flow.js'
export {
  failedItems,
  readFlows,
  type FailedItem,
  type FlowStanding,
  type StepStanding,
} from './read-flows.js'
