import type { Message } from '../contracts/index.js'

/** The messages that can begin a step. */
export type StepMessage = Extract<Message, { readonly beginsStep: true }>

/** A step: one piece of work, or what queues the items that it is made of. */
export interface FlowStepDefinition {
  readonly name: string
  /** Begins it; its handler does the piece of work, or queues the items. */
  readonly message: StepMessage
  /** So many items that fail one after the other, with none that is done in between, hold the flow. */
  readonly holdAfter?: number
}

/** Large work with an end. */
export interface FlowDefinition {
  /** One of this name is under way at a time. */
  readonly name: string
  /** One after the other: the next comes once all items of the one before have ended, done or failed. */
  readonly steps: readonly [FlowStepDefinition, ...FlowStepDefinition[]]
}

/** A flow, as one value beside its handlers: how it is begun, by whom, and what its steps do, is theirs to say. */
export const defineFlow = <const Definition extends FlowDefinition>(definition: Definition): Definition =>
  definition

/** Of a step that does not say it. */
export const usualHoldAfter = 20
