import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  deadLetterSubject,
  messageOf,
  messages,
  streamOf,
  streams,
  subjects,
  tasksWaitingSubject,
  type MessageDefinition,
} from '#shared/contracts'
import { projectRoot } from '../project-root.js'
import {
  channelKeys,
  deadLetterChannel,
  describedSubjects,
  noticeChannel,
  type DescribedSubject,
} from './channel-keys.js'
import { deadLetterExample, examplesOf } from './examples.js'
import { deadLetterHeaderSchema, workHeaders } from './headers.js'
import { operations } from './operations.js'
import { bodySchemas } from './schemas.js'
import { servers, securitySchemes } from './servers.js'
import { allConsumers } from './services.js'

type Part = Readonly<Record<string, unknown>>

/** The contract of the services' messages as an AsyncAPI 3.0 document, made from what they are built of. */
export const asyncApi = (): Part => ({
  asyncapi: '3.0.0',
  info: info(),
  defaultContentType: 'application/json',
  servers,
  channels: {
    ...Object.fromEntries(describedSubjects.map((subject) => [channelKeys[subject], channel(subject)])),
    [deadLetterChannel]: deadLetters(),
    [noticeChannel]: notice,
  },
  operations: operations(),
  components: {
    schemas: { ...bodySchemas(), WorkHeaders: workHeaders, DeadLetterHeaders: deadLetterHeaderSchema },
    messages: {
      ...Object.fromEntries(describedSubjects.map((subject) => [channelKeys[subject], message(subject)])),
      [deadLetterChannel]: deadLetterMessage,
      [noticeChannel]: noticeMessage,
    },
    securitySchemes,
  },
})

function info(): Part {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string
  }
  return {
    title: 'Help with Prison Visits: asynchronous services',
    version,
    description:
      'Work on claims, emails and payments, handed from the web apps to the services and from one service to the next over NATS JetStream. Bodies are JSON and carry ids only; personal data stays in the database. A message that comes again changes nothing. Made from the code by `npm run generate`.',
    license: { name: 'MIT' },
  }
}

const refTo = (kind: string, name: string): Part => ({ $ref: `#/components/${kind}/${name}` })

/** What is to be done about it, and the task that asks for it. */
function summaryOf(subject: DescribedSubject): string {
  const { summary, task }: MessageDefinition = messageOf[subject]
  return task ? summary.replace(/\.$/, ` (task ${task.name}).`) : summary
}

function channel(subject: DescribedSubject): Part {
  const { title, fromWebApps }: MessageDefinition = messageOf[subject]
  const key = channelKeys[subject]
  const advisory = subject === subjects.deliveriesExhausted
  return {
    address: advisory ? subject.replace(/>$/, '{stream}.{consumer}') : subject,
    title,
    description: [summaryOf(subject), ...whoPublishes(fromWebApps)].join(' '),
    messages: { [key]: refTo('messages', key) },
    ...(advisory ? { parameters: advisoryParameters } : {}),
    'x-jetstream-stream': streamPart(streamOf(subject)),
  }
}

function whoPublishes(fromWebApps: MessageDefinition['fromWebApps']): string[] {
  if (fromWebApps === 'with-or-without-task') return ['A web app may publish it directly.']
  if (fromWebApps === 'only-with-task') return ['It needs its Task row, which alone has the data.']
  return []
}

const advisoryParameters = {
  stream: { description: 'The stream of the message.' },
  consumer: { description: 'The handler that did not answer.' },
}

function streamPart(name: string): Part {
  const stream = Object.values(streams).find((each) => each.name === name)
  return { name, description: stream?.description, maxAgeDays: stream?.maxAgeDays }
}

function message(subject: DescribedSubject): Part {
  const { title, body } = messageOf[subject]
  const advisory = subject === subjects.deliveriesExhausted
  return {
    name: subject,
    title,
    summary: summaryOf(subject),
    payload: refTo('schemas', body.name),
    ...(advisory
      ? {}
      : { headers: refTo('schemas', 'WorkHeaders'), correlationId: { location: '$message.header#/ce-id' } }),
    examples: examplesOf(subject),
  }
}

const deadLetters = (): Part => ({
  address: deadLetterSubject('{consumer}'),
  title: 'Dead letters',
  description:
    'Messages a handler gave up on, whole, with the reason. `npm run ops -- dead-letters` lists, retries and discards them.',
  messages: { [deadLetterChannel]: refTo('messages', deadLetterChannel) },
  parameters: {
    consumer: {
      description: 'The handler that gave up.',
      enum: allConsumers()
        .filter(({ definition }) => !definition.observes)
        .map(({ definition }) => definition.name)
        .sort(),
      location: '$message.header#/hwpv-consumer',
    },
  },
  'x-jetstream-stream': streamPart(streams.deadLetters.name),
})

const deadLetterMessage: Part = {
  name: 'dead-letter',
  title: messages.deadLetters.title,
  summary: messages.deadLetters.summary,
  contentType: 'application/octet-stream',
  payload: { description: 'Anything.' },
  headers: refTo('schemas', 'DeadLetterHeaders'),
  correlationId: { location: '$message.header#/ce-id' },
  examples: [deadLetterExample],
}

const notice: Part = {
  address: tasksWaitingSubject,
  title: 'A Task row was committed',
  description:
    'Has the relay look at once instead of at its next poll. No stream keeps it: it may get lost, and then nothing but time is.',
  messages: { [noticeChannel]: refTo('messages', noticeChannel) },
}

const noticeMessage: Part = {
  name: tasksWaitingSubject,
  title: 'A Task row was committed',
  summary: 'It has no body.',
  payload: { type: 'string', maxLength: 0 },
  contentType: 'text/plain',
  examples: [{ name: 'empty', payload: '' }],
}
