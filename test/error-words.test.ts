import { JetStreamApiError } from '@nats-io/jetstream'
import { describe, expect, it } from 'vitest'
import { SettingsError } from '#shared/config'
import { CommitUncertain, SqlServerError } from '#shared/database'
import { DocumentStoreError } from '#shared/documents'
import {
  describeError,
  Log,
  OwnError,
  OwnRangeError,
  OwnTypeError,
  wordsOf,
  type ErrorDescription,
} from '#shared/logging'
import { PermanentFailure, StartRefused, TemporaryFailure, UpstreamUnavailable } from '#shared/messaging'
import { OperationFailed } from '#shared/operations'
import { NatsAway } from '#shared/jobs'
import { NotifyError } from '../apps/notifier/src/sending/notify.error.js'
import { OpsFailure } from '../apps/ops/src/failures.js'
import { JournalTemplateError } from '../apps/payment-run/src/payment-files/workbook-parts.js'

const person = 'Mirabel Oake, 1 High Street, mirabel@example.org'

/** What a service's log has of an error. */
function logged(error: unknown): { text: string; error: ErrorDescription } {
  let text = ''
  const log = Log.create('test', 'info', { write: (line: string) => void (text += line) })
  log.error('something failed', error)
  return { text, error: (JSON.parse(text) as { error: ErrorDescription }).error }
}

const words = 'the worksheet is missing'
const ours: readonly [Error, string][] = [
  [new OwnError(words), words],
  [new OwnRangeError(words), words],
  [new OwnTypeError(words), words],
  [new SettingsError(words), words],
  [new StartRefused(words), words],
  [new PermanentFailure('notify-400'), 'notify-400'],
  [new TemporaryFailure('notify-500'), 'notify-500'],
  [new UpstreamUnavailable('dwp-away'), 'dwp-away'],
  [new NatsAway(words), words],
  [new OperationFailed(words), words],
  [new DocumentStoreError('store-403'), 'store-403'],
  [new NotifyError('temporary', 'notify-timeout'), 'notify-timeout'],
  [new OpsFailure(words), words],
  [new JournalTemplateError(words, 'template-sheet-missing'), `journal template: ${words}`],
  [new SqlServerError(foreign({ number: 1205, code: 'EREQUEST' })), 'chosen as the victim of a deadlock'],
  [
    new CommitUncertain(foreign({ code: 'ESOCKET' })),
    'the commit was sent, and what came of it is not known: the inbox says whether it was done',
  ],
]

const named = ours.map(([error, says]) => [error.name, error, says] as const)

const no = (err_code: number) => new JetStreamApiError({ code: 500, err_code, description: person })

function foreign(more: object = {}): Error {
  return Object.assign(new Error(person), more)
}

describe('the log line of an error of ours', () => {
  it.each(named)('has its words: %s', (_, error, says) => {
    expect(logged(error).error).toMatchObject({ name: error.name, says })
    expect(logged(error).text).not.toContain('Mirabel')
  })

  it.each(named)('has its words where it caused another: %s', (_, error, says) => {
    const within = (cause: unknown) => new Error(person, { cause })
    expect(logged(within(error)).error).toMatchObject({ name: 'Error', cause: { says } })
    expect(logged(within(within(error))).error).toMatchObject({ cause: { cause: { says } } })
    expect(logged(new AggregateError([foreign(), error], person)).error).toMatchObject({
      errors: [{ name: 'Error' }, { says }],
    })
    expect(logged(within(within(error))).text).not.toContain('Mirabel')
  })

  it('has what the server’s numbers mean, and not what it says', () => {
    const { error, text } = logged(new SqlServerError(foreign({ number: 547, code: 'EREQUEST' })))
    expect(error).toMatchObject({ name: 'SqlServerError', code: '547' })
    expect(error.says).toBeUndefined()
    expect(text).not.toContain('Mirabel')
  })
})

describe('the log line of a broker’s no', () => {
  it.each([
    [10052, 'the server does not take the settings of the stream: see its limits and other streams'],
    [10074, 'the server is alone and cannot keep replicas: see NATS_STREAM_REPLICAS'],
    [10047, 'the server has no disk left for the stream: see max_file_store'],
  ])('has what %i means, and not what it says', (code, says) => {
    const { error, text } = logged(no(code))
    expect(error).toMatchObject({ name: 'JetStreamApiError', code: String(code), says })
    expect(text).not.toContain('Mirabel')
  })

  it('has the code alone where nobody has put it into words', () => {
    expect(logged(no(10_999)).error).toMatchObject({ name: 'JetStreamApiError', code: '10999' })
    expect(wordsOf(no(10_999))).toBeUndefined()
    expect(wordsOf(foreign({ name: 'JetStreamApiError', code: 'toString' }))).toBeUndefined()
  })
})

describe('the log line of another’s error', () => {
  const odd = foreign()
  odd.name = person
  const coded = foreign({ code: person })
  const several = foreign()
  several.stack = `Error: ${person}\n    at ${person}\n    at (Mirabel:1:2)\nat Mirabel`
  const lines = new Error(`refused\n    at ${person}\n  at mirabel@example.org:1:2`)
  const changed = new Error(`    at Mirabel (/srv/oake.js:1:2)`)

  it.each([
    ['its message', foreign()],
    ['its name', odd],
    ['its code', coded],
    ['a text that is thrown', person],
    ['an object that is thrown', { message: person, stack: person }],
    ['a stack that is none', several],
    ['a message of several lines', lines],
    ['a message like a line of a stack', changed],
    ['what caused it', new TypeError('x', { cause: foreign({ cause: foreign() }) })],
    ['a text that caused it', new TypeError('x', { cause: person })],
    ['one of many', new AggregateError([foreign(), person, { message: person }], person)],
    ['its own fields', foreign({ errors: [foreign()], words: person, says: person, reason: person })],
    ['a class with the name of one of ours', Object.assign(foreign(), { name: 'OwnError' })],
  ])('never has %s', (_, error) => {
    const { text } = logged(error)
    expect(text).not.toMatch(/mirabel|oake|high street/i)
  })

  it('has its class, code and place', () => {
    const { error } = logged(foreign({ code: 'ECONNRESET', name: 'SocketError' }))
    expect(error).toEqual({
      name: 'SocketError',
      code: 'ECONNRESET',
      at: expect.stringMatching(/error-words/),
    })
  })

  it('ends, however its causes go round', () => {
    const round = foreign()
    round.cause = round
    expect(JSON.stringify(describeError(round)).length).toBeLessThan(2_000)
    const many = new AggregateError(Array.from({ length: 1_000 }, () => foreign()))
    expect(describeError(many).errors).toHaveLength(5)
  })
})
