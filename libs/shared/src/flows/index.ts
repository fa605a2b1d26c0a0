export { defineFlow, type FlowDefinition, type FlowStepDefinition } from './flow-definition.js'
export { flowState, type FlowState } from './flow-state.js'
export { Flows, type StepAtHand, type StepTotals } from './flows.service.js'
