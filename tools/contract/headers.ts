const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more })

const traceparent = text('W3C trace context; without it a trace begins here.', {
  pattern: '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$',
})
const messageId = text(
  'Makes a repeat recognisable: the same id at the same handler is done once. Without it, its place in the stream, with the time it was stored there, is its id. An id with capitals in it gets a digest in front; one of more than 200 characters, or not of visible ASCII, is replaced by its SHA-256.',
)

/** The headers of work: those of the CloudEvents NATS binding. Services set all of them; others may leave any out. */
export const workHeaders = {
  type: 'object',
  properties: {
    'Nats-Msg-Id': text(
      'The stream stores what has the same id within two minutes once. Services set it to `ce-id`, unless a message is published again on purpose.',
    ),
    'ce-specversion': { type: 'string', const: '1.0' },
    'ce-id': messageId,
    'ce-type': text('The subject.'),
    'ce-source': text('The service, as `hwpv/<name>`.', { format: 'uri-reference' }),
    'ce-time': text('When it was published, in UTC.', { format: 'date-time' }),
    'content-type': { type: 'string', const: 'application/json' },
    traceparent,
  },
} as const

/** The headers of a dead letter: the original's own, but for those of NATS, and why it is here. */
export const deadLetterHeaderSchema = {
  type: 'object',
  required: [
    'Nats-Msg-Id',
    'ce-id',
    'hwpv-reason',
    'hwpv-consumer',
    'hwpv-subject',
    'hwpv-stream',
    'hwpv-sequence',
    'hwpv-deliveries',
  ],
  properties: {
    'Nats-Msg-Id': text('`<handler>.<stream>.<sequence>.<nanoseconds when it was stored>` of the original.'),
    'ce-id': text('The id of the original.'),
    'hwpv-reason': text('A short code, never a person’s data; docs/runbook.md lists them.'),
    'hwpv-consumer': text('The handler that gave up.'),
    'hwpv-subject': text('Where the original was published.'),
    'hwpv-stream': text('The stream that holds the original, as long as it does.'),
    'hwpv-sequence': text('Its place there.', { pattern: '^[1-9][0-9]*$' }),
    'hwpv-deliveries': text('How often it had been delivered.', { pattern: '^[0-9]+$' }),
    'hwpv-cut-from': text(
      'Only where the original was too large to be kept whole: the bytes its body had. The letter has their beginning, and none of its headers.',
      { pattern: '^[0-9]+$' },
    ),
    traceparent,
  },
} as const
