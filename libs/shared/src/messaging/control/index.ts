export { ControlBucket } from './control-bucket.js'
export { Control, type PausedHandler, type UpstreamState } from './control.js'
export { HandlerGate } from './handler-gate.js'
