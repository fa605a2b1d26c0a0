import { streamOf, type Subject } from '#shared/contracts'
import type { ConsumerDefinition } from '#shared/messaging'
import { publishedBy } from '../nats-config/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { channelKeys, deadLetterChannel, noticeChannel } from './channel-keys.js'
import { allConsumers } from './services.js'

type Operation = readonly [name: string, operation: object]

/** What every service receives and sends, each tagged with its service. */
export const operations = (): Record<string, object> =>
  Object.fromEntries([
    ...allConsumers().flatMap(({ service, definition }) =>
      definition.subjects.map((subject) => receive(service, definition, subject)),
    ),
    ...serviceNames.flatMap((service) => publishedBy(service).map((subject) => send(service, subject))),
    ...allConsumers()
      .filter(({ definition }) => !definition.observes)
      .map(({ service, definition }) => giveUp(service, definition)),
    waitForNotice,
  ])

const on = (channel: string) => ({
  channel: { $ref: `#/channels/${channel}` },
  messages: [{ $ref: `#/channels/${channel}/messages/${channel}` }],
})

const by = (service: string) => ({ tags: [{ name: service }] })

function receive(
  service: string,
  { name, subjects, policy }: ConsumerDefinition,
  subject: Subject,
): Operation {
  const key = channelKeys[subject]
  const consumer = {
    stream: streamOf(subjects[0]),
    durable: name,
    maxDeliver: policy.attempts,
    acknowledgement: 'explicit',
  }
  return [
    `${name}.receive.${key}`,
    {
      action: 'receive',
      ...on(key),
      title: `${service} handles it in ${name}`,
      ...by(service),
      // A durable pull consumer: the binding knows core NATS only, whose queue groups this is not.
      bindings: { nats: { 'x-jetstream-consumer': consumer, bindingVersion: '0.1.0' } },
    },
  ]
}

const send = (service: string, subject: Subject): Operation => [
  `${service}.send.${channelKeys[subject]}`,
  {
    action: 'send',
    ...on(channelKeys[subject]),
    title: `${service} publishes it`,
    ...by(service),
    bindings: nats,
  },
]

const giveUp = (service: string, { name }: ConsumerDefinition): Operation => [
  `${name}.send.${deadLetterChannel}`,
  {
    action: 'send',
    ...on(deadLetterChannel),
    title: `${name} gives up on a message`,
    ...by(service),
    bindings: nats,
  },
]

const nats = { nats: { bindingVersion: '0.1.0' } }

const waitForNotice: Operation = [
  `task-relay.receive.${noticeChannel}`,
  {
    action: 'receive',
    ...on(noticeChannel),
    title: 'task-relay looks at the Task tables',
    ...by('task-relay'),
    bindings: nats,
  },
]
