/**
 * The names of attributes, as OpenTelemetry's semantic conventions have them; spelt out here so that nothing of
 * OpenTelemetry is loaded where traces are off. A test compares them with the conventions' own list.
 */
export const conventional = {
  errorType: 'error.type',
  messagingSystem: 'messaging.system',
  messagingOperation: 'messaging.operation.name',
  messagingOperationType: 'messaging.operation.type',
  messagingDestination: 'messaging.destination.name',
  messagingConsumer: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  dbSystem: 'db.system.name',
  dbOperation: 'db.operation.name',
  dbCollection: 'db.collection.name',
  dbBatchSize: 'db.operation.batch.size',
  httpMethod: 'http.request.method',
  httpStatus: 'http.response.status_code',
  serverAddress: 'server.address',
  serverPort: 'server.port',
} as const

/** What the conventions have no name for. */
export const own = {
  task: 'hwpv.task',
  job: 'hwpv.job',
  date: 'hwpv.date',
  reference: 'hwpv.reference',
  stream: 'hwpv.stream',
  sequence: 'hwpv.stream.sequence',
  /** The stream had the message already, and did not store it again. */
  repeated: 'hwpv.stream.repeated',
  delivery: 'hwpv.delivery',
  outcome: 'hwpv.outcome',
  reason: 'hwpv.reason',
  upstream: 'hwpv.upstream',
  operation: 'hwpv.upstream.operation',
} as const
