export { backoffDelay, type Backoff } from './handlers/backoff.js'
export {
  classifyError,
  PermanentFailure,
  TemporaryFailure,
  UpstreamUnavailable,
} from './handlers/classify-error.js'
export type { ConsumerDefinition } from './handlers/consumer-definition.js'
export { Consumes } from './consume/consumes.js'
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
export { deadLetterHeaders, DeadLetters } from './dead-letters/dead-letters.js'
export { Delivery } from './consume/delivery.js'
export {
  claimPolicy,
  jobPolicy,
  minutes,
  seconds,
  type DeliveryPolicy,
  type RateLimit,
} from './handlers/delivery-policy.js'
export { dial, type Dialled } from './broker/dial.js'
export { answerCode, failedRequest } from './handlers/failed-request.js'
export { handler, type FollowUpsOf, type HandlerDefinition } from './handlers/handler-definition.js'
export {
  allConsumers,
  consumer,
  isHandlerName,
  policies,
  type HandlerName,
} from './handlers/known-handlers.js'
export { identify, jobRunIn, nanosecondsOf, type Named } from './dead-letters/message-identity.js'
export { JetStreamServer } from './consume/jetstream.server.js'
export { NatsClient } from './broker/nats-client.js'
export { connectOptions, inboxPrefix, refusalOf } from './broker/nats-connection.js'
export { natsSettings, natsSettingsGroups, type NatsSettings } from './broker/nats.settings.js'
export {
  afterMsOf,
  done,
  refused,
  reject,
  retry,
  stopping,
  unavailable,
  upstreamFailed,
  type NotDone,
  type Outcome,
} from './handlers/outcome.js'
export { Publisher, type Published } from './publish/publisher.js'
export { Router } from './consume/router.js'
export { readHeaders } from './broker/read-headers.js'
export { StartRefused } from './broker/start-refused.js'
export {
  configOf,
  controlStream,
  TopologyKeeper,
  Topology,
  topologyFingerprint,
  topologyRevision,
  unfitOf,
  wantedConsumer,
  wantedStreams,
  type TopologyKeeperOptions,
  type Unfit,
  type Wanted,
} from './topology/index.js'
