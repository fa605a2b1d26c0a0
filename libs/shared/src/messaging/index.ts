export { backoffDelay, type Backoff } from './backoff.js'
export { classifyError, PermanentFailure, TemporaryFailure, UpstreamUnavailable } from './classify-error.js'
export type { ConsumerDefinition } from './consumer-definition.js'
export { Consumes } from './consumes.js'
export {
  Control,
  ControlBucket,
  HandlerGate,
  OperatorControl,
  SharedTurn,
  type HeldUp,
  type PausedHandler,
  type UpstreamState,
} from './control/index.js'
export { deadLetterHeaders, DeadLetters } from './dead-letters.js'
export { Delivery } from './delivery.js'
export { claimPolicy, jobPolicy, minutes, seconds, type DeliveryPolicy } from './delivery-policy.js'
export { dial, type Dialled } from './dial.js'
export { ExhaustedMessages } from './exhausted.js'
export { answerCode, failedRequest } from './failed-request.js'
export { handler, type FollowUpsOf, type HandlerDefinition } from './handler-definition.js'
export { allConsumers, consumer, isHandlerName, policies, type HandlerName } from './known-handlers.js'
export { identify, nanosecondsOf } from './message-identity.js'
export { JetStreamServer } from './jetstream.server.js'
export type { DeliveryRecords } from './middleware/settle.js'
export type { Standings } from './middleware/skip-done.js'
export { NatsClient } from './nats-client.js'
export { connectOptions, inboxPrefix, refusalOf } from './nats-connection.js'
export { natsSettings, natsSettingsGroups, type NatsSettings } from './nats.settings.js'
export {
  afterMsOf,
  done,
  refused,
  reject,
  retry,
  stopping,
  unavailable,
  upstreamFailed,
  type Outcome,
} from './outcome.js'
export { Publisher, type Published } from './publisher.js'
export { Router } from './router.js'
export { StartRefused } from './start-refused.js'
export {
  configOf,
  controlStream,
  Provisioner,
  Topology,
  unfitOf,
  wantedConsumer,
  wantedStreams,
  type ProvisionerOptions,
  type Unfit,
  type Wanted,
} from './topology/index.js'
