import {
  controlBucket,
  controlKeys,
  deadLetterSubject,
  messages,
  readerNames,
  streamOf,
  streams,
  tasksWaitingSubject,
  upstreamNames,
  type MessageDefinition,
} from '#shared/contracts'
import { controlStream } from '#shared/messaging'
import { allConsumers, consumersOf, firesJobs } from './consumers.js'
import {
  accountInfo,
  controlChanges,
  inboxOf,
  inOrder,
  keepConsumer,
  keepStream,
  listConsumers,
  lookAtStream,
  readDirectly,
  readMessages,
  streamNames,
  useConsumer,
  useControlBucket,
  useReader,
  type Permissions,
} from './permissions.js'
import { publishedBy } from './published.js'
import { userNames, type ServiceName, type UserName } from './user-names.js'

/** What each user of the services' account may do, as the code needs it. */
export function permissionsOf(user: UserName): Permissions {
  if (user === 'ops') return commandLine()
  if (user === 'console') return console()
  if (user === 'web-app') return webApp()
  return user === 'provision' ? provision() : service(user)
}

export const allPermissions = (): Map<UserName, Permissions> =>
  new Map(userNames.map((user) => [user, permissionsOf(user)]))

const workSubjects = [streams.claims, streams.notifications, streams.schedule].flatMap(
  ({ subjects }): readonly string[] => subjects,
)

function service(name: ServiceName): Permissions {
  const consumers = consumersOf(name)
  const publish = [
    accountInfo,
    ...[...streamNames, controlStream].map(lookAtStream),
    ...consumers.flatMap(useConsumer),
    ...publishedBy(name),
    ...(name === 'task-relay' ? relay() : []),
    // What somebody else has published under a job's id must not hide the job.
    ...(firesJobs(name) ? [readMessages(streams.schedule.name)] : []),
    // Whether the last run of an interval is still under way.
    ...(firesJobs(name) ? [listConsumers(streams.schedule.name)] : []),
    ...useControlBucket(consumers),
  ]
  return {
    publish: [...new Set(publish)],
    subscribe: [
      inboxOf(name),
      ...(name === 'task-relay' ? [tasksWaitingSubject] : []),
      ...(consumers.length ? [controlChanges] : []),
    ],
  }
}

/** It looks for what it published, and gives up for services that died. */
function relay(): string[] {
  const consumers = allConsumers().filter(({ observes }) => !observes)
  const read = [...new Set(consumers.map(({ subjects }) => streamOf(subjects[0])))].sort()
  return [
    ...read.map(listConsumers),
    ...read.map(readMessages),
    ...inOrder(consumers.map(({ name }) => deadLetterSubject(name))),
  ]
}

/** It alone makes and changes streams and consumers. It reads no message and publishes none. */
function provision(): Permissions {
  return {
    publish: [
      accountInfo,
      ...[...streamNames, controlStream].flatMap(keepStream),
      ...allConsumers().flatMap(keepConsumer),
    ],
    subscribe: [inboxOf('provision')],
  }
}

/** The console reads everything, by consumers made for that, publishes work anew, holds handlers up and discards dead letters. */
function console(): Permissions {
  return {
    publish: [
      accountInfo,
      ...readable.map(lookAtStream),
      ...readable.flatMap(readDirectly),
      ...readable.flatMap((stream) => [
        listConsumers(stream),
        `$JS.API.CONSUMER.INFO.${stream}.*`,
        ...readerNames.flatMap((name) => useReader(stream, name)),
      ]),
      `$JS.API.STREAM.MSG.DELETE.${streams.deadLetters.name}`,
      ...inOrder(workSubjects),
      tasksWaitingSubject,
      ...controlKeysOfOperators(),
    ],
    subscribe: [inboxOf('console')],
  }
}

/** The command line may do the same, and what the program `nats` asks before it reads. */
function commandLine(): Permissions {
  return {
    publish: [
      ...console().publish,
      '$SYS.REQ.USER.INFO',
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.LIST',
      ...readable.map((stream) => `$JS.API.CONSUMER.NAMES.${stream}`),
    ],
    subscribe: [inboxOf('ops'), controlChanges],
  }
}

const readable = [...streamNames, controlStream]

/** A handler is paused and resumed, an upstream tried: the marks of the services' own trade are theirs. */
const controlKeysOfOperators = (): string[] =>
  [
    ...allConsumers().map(({ name }) => controlKeys.paused(name)),
    ...upstreamNames.map(controlKeys.upstream),
  ].map((key) => `$KV.${controlBucket}.${key}`)

/** Its work is in its Task rows; it may publish directly too, but neither scheduled jobs nor dead letters. */
const webApp = (): Permissions => ({
  publish: [tasksWaitingSubject, ...inOrder(fromWebApps.map(({ subject }) => subject))],
  subscribe: [inboxOf('web-app')],
})

const fromWebApps = Object.values<MessageDefinition>(messages).filter((message) => message.fromWebApps)
