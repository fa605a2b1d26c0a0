import { subjects, type Subject } from '#shared/contracts'
import type { DeliveryPolicy, HandlerDefinition, RateLimit } from '#shared/messaging'
import { consumersOf } from '../nats-config/index.js'
import { serviceNames } from '../../testing/services/index.js'
import { table } from './pages.js'

const handlers = serviceNames.flatMap((service) =>
  consumersOf(service).map((definition) => ({ service, definition })),
)

/** How each handler treats its messages. */
export const policyTable = (): string =>
  table(
    ['handler', 'attempts', 'back-off', 'time-out', 'rate limit', 'concurrency', 'upstream'],
    handlers.map(({ definition }) => policyRow(definition)),
  )

/** What each handler takes, and what may follow from its work. */
export const followUpTable = (): string =>
  table(
    ['service', 'handler', 'takes', 'may be followed by'],
    handlers.map(({ service, definition }) => [service, code(definition.name), ...linksOf(definition)]),
  )

function policyRow({ name, policy }: HandlerDefinition): string[] {
  const { attempts, backoff, timeOutMs, concurrency, rateLimit, upstream }: DeliveryPolicy = policy
  return [
    code(name),
    String(attempts),
    `${duration(backoff.baseMs)} to ${duration(backoff.capMs)}`,
    duration(timeOutMs),
    rateLimit ? limitWords(rateLimit) : '',
    String(concurrency),
    upstream ?? '',
  ]
}

const limitWords = ({ max, everyMs, sharedAs }: RateLimit): string =>
  `${max} in ${duration(everyMs)}${sharedAs === undefined ? '' : `, all of \`${sharedAs}\` together`}`

const linksOf = ({ subjects: taken, followUps }: HandlerDefinition): string[] => [
  list(taken),
  list(followUps.map(({ subject }) => subject)),
]

const list = (some: readonly Subject[]): string => some.map(shown).join(', ')

/** The server's own subjects are too long for a table. */
const shown = (subject: Subject): string =>
  subject === subjects.deliveriesExhausted ? 'the server’s advisories' : code(subject)

const code = (text: string): string => `\`${text}\``

/** `90 s`, `10 min`. */
const duration = (ms: number): string => (ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`)
