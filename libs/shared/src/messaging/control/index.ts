export { ControlBucket } from './control-bucket.js'
export { Control } from './control.js'
export { HandlerGate } from './handler-gate.js'
export { OperatorControl, type HeldUp, type PausedHandler, type UpstreamState } from './operator-control.js'
