/** The states of a flow. The last three are its ends. */
export const flowState = {
  /** Another one of its kind is under way. */
  waiting: 'WAITING',
  running: 'RUNNING',
  /** By a person, or because too much failed. */
  held: 'HELD',
  waitingForApproval: 'WAITING-FOR-APPROVAL',
  /** A person called it off; what is under way comes to its end. */
  cancelling: 'CANCELLING',
  cancelled: 'CANCELLED',
  done: 'DONE',
  doneWithFailures: 'DONE-WITH-FAILURES',
} as const

export type FlowState = (typeof flowState)[keyof typeof flowState]
