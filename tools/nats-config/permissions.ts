import {
  controlBucket,
  controlKeys,
  deadLetterSubject,
  streamOf,
  streams,
  type UpstreamName,
} from '#shared/contracts'
import { controlStream, inboxPrefix, type ConsumerDefinition } from '#shared/messaging'

/** What a user may publish and subscribe to, in the broker's words; what is not allowed is not. */
export interface Permissions {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

const api = '$JS.API'
export const streamNames = Object.values(streams).map(({ name }) => name)

/** Looking at a stream: its settings, and how much is in it. */
export const lookAtStream = (stream: string): string => `${api}.STREAM.INFO.${stream}`

/** Making a stream and bringing it into line; never deleting or emptying it. */
export const keepStream = (stream: string): string[] => [
  lookAtStream(stream),
  `${api}.STREAM.CREATE.${stream}`,
  `${api}.STREAM.UPDATE.${stream}`,
]

/**
 * One message by its place, in an envelope of the server's own. The direct way to ask for one has no envelope: whoever asks
 * chooses where the answer goes, and could have what it wrote itself arrive as somebody else's work.
 */
export const readMessages = (stream: string): string => `${api}.STREAM.MSG.GET.${stream}`

/** The same, also by the direct way: for those who may publish all work anyway. */
export const readDirectly = (stream: string): string[] => [
  readMessages(stream),
  `${api}.DIRECT.GET.${stream}`,
  `${api}.DIRECT.GET.${stream}.>`,
]

/** The names of a stream's consumers with how far they are. */
export const listConsumers = (stream: string): string => `${api}.CONSUMER.LIST.${stream}`

/** Everything a service does with its own consumer: looking at it, pulling from it, answering, giving up. */
export function useConsumer({ name, subjects, observes }: ConsumerDefinition): string[] {
  const stream = streamOf(subjects[0])
  return [
    `${api}.CONSUMER.INFO.${stream}.${name}`,
    `${api}.CONSUMER.MSG.NEXT.${stream}.${name}`,
    `$JS.ACK.${stream}.${name}.>`,
    // With the domain and the account in front, as newer servers may have it: eleven parts, the shorter one has nine.
    `$JS.ACK.*.*.${stream}.${name}.*.*.*.*.>`,
    ...(observes ? [] : [deadLetterSubject(name)]),
  ]
}

/** Looking at a consumer, making it, bringing it into line, and ending a pause; never deleting it. */
export function keepConsumer({ name, subjects }: ConsumerDefinition): string[] {
  const at = `${streamOf(subjects[0])}.${name}`
  return [`${api}.CONSUMER.INFO.${at}`, `${api}.CONSUMER.CREATE.${at}`, `${api}.CONSUMER.PAUSE.${at}`]
}

/** Reading a stretch of a stream by a consumer of one of the readers' names, with a filter or without. */
export const useReader = (stream: string, name: string): string[] => [
  `${api}.CONSUMER.CREATE.${stream}.${name}`,
  `${api}.CONSUMER.CREATE.${stream}.${name}.>`,
  `${api}.CONSUMER.MSG.NEXT.${stream}.${name}`,
  `${api}.CONSUMER.DELETE.${stream}.${name}`,
]

/** The control bucket: read by all who have consumers, written by each for its own. */
export function useControlBucket(definitions: readonly ConsumerDefinition[]): string[] {
  if (!definitions.length) return []
  const upstreams = definitions.flatMap(({ policy }): readonly UpstreamName[] =>
    policy.upstream ? [policy.upstream] : [],
  )
  const limits = definitions.flatMap(({ name, policy: { rateLimit } }) =>
    rateLimit ? [rateLimit.sharedAs ?? name] : [],
  )
  const keys = [
    ...new Set(upstreams.map(controlKeys.upstream)),
    ...new Set(limits.map(controlKeys.rate)),
    ...(upstreams.includes('chat') ? [controlKeys.chatTurn] : []),
    // Whoever saw a pause puts it back when the bucket is lost.
    ...definitions.map(({ name }) => controlKeys.paused(name)),
  ]
  return [
    lookAtStream(controlStream),
    readMessages(controlStream),
    ...keys.map((key) => `$KV.${controlBucket}.${key}`),
  ]
}

export const controlChanges = `$KV.${controlBucket}.>`

/** The server's answer to whether JetStream is there. */
export const accountInfo = `${api}.INFO`

export const inboxOf = (user: string): string => `${inboxPrefix(user)}.>`

/** Subjects in order, each once. */
export const inOrder = (subjects: readonly string[]): string[] => [...new Set(subjects)].sort()
