import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import specs from '@asyncapi/specs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { parse } from 'yaml'
import { messageSchemas, subjects } from '#shared/contracts'
import { channelKeys, describedSubjects } from './channel-keys.js'
import { contractFile } from './index.js'

interface Message {
  readonly payload: { readonly $ref: string } | boolean | object
  readonly headers?: { readonly $ref: string }
  readonly examples: readonly {
    readonly name: string
    readonly headers?: object
    readonly payload: unknown
  }[]
}

const text = readFileSync(contractFile, 'utf8')
const document = parse(text) as {
  readonly channels: Record<string, { address: string; messages: object }>
  readonly operations: Record<
    string,
    { action: string; channel: { $ref: string }; messages: { $ref: string }[] }
  >
  readonly components: { messages: Record<string, Message>; schemas: Record<string, object> }
}

// The schemas are referred to as a web-app developer does it: by the file and the place in it.
const ajv = new Ajv({ allErrors: true })
formats.default(ajv)
ajv.addVocabulary(['components'])
ajv.addSchema({ $id: 'asyncapi.yaml', components: { schemas: document.components.schemas } })
const inDocument = (schema: Message['payload']) =>
  typeof schema === 'object' && '$ref' in schema
    ? ajv.compile({ $ref: `asyncapi.yaml${(schema as { $ref: string }).$ref}` })
    : ajv.compile(schema)

const bySubject = describedSubjects.map((subject) => ({
  subject,
  zod: messageSchemas[subject],
  message: document.components.messages[channelKeys[subject]] as Message,
}))

describe('docs/asyncapi.yaml', () => {
  it('is AsyncAPI 3.0', () => {
    // Its schemas bring along the one of JSON Schema itself, use words that Ajv does not know, and have no addresses.
    const rules = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false })
    const valid = rules.compile(specs.schemas['3.0.0'] as object)
    valid(document)
    expect(valid.errors).toBeNull()
    valid({ ...document, operations: { wrong: { action: 'shout' } } })
    expect(valid.errors).not.toBeNull()
  })

  it('has everything it refers to', () => {
    const refs = [...text.matchAll(/\$ref: '#\/(.+)'/g)].map(([, path]) => path ?? '')
    expect(refs.length).toBeGreaterThan(100)
    expect(refs.filter((path) => found(path) === undefined)).toEqual([])
  })

  it('lets an operation use only messages of its channel', () => {
    for (const { channel, messages } of Object.values(document.operations)) {
      for (const { $ref } of messages) expect($ref.startsWith(`${channel.$ref}/messages/`)).toBe(true)
    }
  })

  it('has somebody who receives each subject, and sends each but the server’s own', () => {
    const channelsOf = (action: string) =>
      Object.values(document.operations)
        .filter((operation) => operation.action === action)
        .map(({ channel }) => channel.$ref.replace('#/channels/', ''))
    for (const [subject, key] of Object.entries(channelKeys)) {
      expect(channelsOf('receive')).toContain(key)
      if (subject !== subjects.deliveriesExhausted && subject !== subjects.oldClaimsArchiveDue)
        expect(channelsOf('send')).toContain(key)
    }
  })
})

const found = (path: string): unknown =>
  path.split('/').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document)

describe('examples', () => {
  const all = Object.entries(document.components.messages).flatMap(([key, message]) =>
    message.examples.map((example) => ({ title: `${key}: ${example.name}`, message, example })),
  )

  it.each(all)('$title keeps to the contract', ({ message, example }) => {
    expect(inDocument(message.payload)(example.payload)).toBe(true)
    if (message.headers && example.headers) expect(inDocument(message.headers)(example.headers)).toBe(true)
  })

  it.each(bySubject)('of $subject are taken by the services', ({ zod, message }) => {
    expect(message.examples.length).toBeGreaterThan(0)
    for (const { payload } of message.examples) expect(zod.safeParse(payload).success).toBe(true)
  })
})

describe('what the services refuse, the contract refuses', () => {
  const task = { schema: 'ExtSchema', taskId: 56, run: 1 }
  const date = '2026-11-20'
  const whole = {
    ...{ reference: 'ABC1234', eligibilityId: 12, claimId: 34, task, date },
    ...{ stream: 'CLAIMS', consumer: 'complete-claim', stream_seq: 78, deliveries: 10, job: 'daily' },
    ...{
      due: '2026-11-20T10:00:15.000Z',
      changeId: 7,
      entryId: 12,
      flow: 12,
      changed: 4,
      closed: 1,
      failed: 0,
    },
    ...{ refused: 'register-empty', channel: 'email', template: 'a-key', state: 'permanent-failure' },
    ...{ endpointId: 3, sequence: 412, endpoint: 'statistics' },
  }
  const odd: readonly unknown[] = [
    ...[
      null,
      true,
      0,
      1,
      -1,
      1.5,
      2 ** 53,
      2 ** 53 + 2,
      -(2 ** 53),
      1e300,
      '',
      'ABC1234',
      '12',
      'x'.repeat(10),
    ],
    ...[
      'x'.repeat(11),
      '😀'.repeat(5),
      '😀'.repeat(6),
      '\u0000',
      '\ud800'.repeat(11),
      ' ',
      [],
      [1],
      {},
      task,
      whole,
    ],
    ...[
      '2026-02-29',
      '2024-02-29',
      '2026-13-01',
      '2026-11-31',
      '20261120',
      '2026-11-20T00:00:00Z',
      ' 2026-11-20',
    ],
    ...[
      '2026-11-20\n',
      '0000-01-01',
      '+02026-11-20',
      { ...task, schema: 'dbo' },
      { ...task, schema: 'extschema' },
    ],
    ...[{ ...task, run: 0 }, { ...task, run: -1 }, { ...task, run: 1.5 }, { ...task, taskId: '56' }, [task]],
    ...[{ ...task, taskId: null }, { schema: 'ExtSchema' }, { taskId: 56, run: 1 }, { ...task, more: 1 }],
  ]
  const without = (name: string, body: object) =>
    Object.fromEntries(Object.entries(body).filter(([key]) => key !== name))

  /** Each odd value as the whole body and in place of each member; each member left out; and one more than there may be. */
  function bodiesFor(names: readonly string[]): unknown[] {
    const body = Object.fromEntries(Object.entries(whole).filter(([name]) => names.includes(name)))
    return [
      ...[...odd, body, whole, { ...body, emailAddress: 'mirabel@example.org' }],
      ...names.flatMap((name) => [
        ...odd.map((value) => ({ ...body, [name]: value })),
        without(name, body),
        { ...without('task', body), [name]: 2_147_483_647 },
        { ...without('task', body), [name]: 2_147_483_648 },
      ]),
    ]
  }

  it.each(bySubject.filter(({ subject }) => subject !== subjects.deliveriesExhausted))(
    'at $subject, whatever it does not name',
    ({ zod }) => {
      const body = Object.fromEntries(
        Object.keys(zod.shape).map((name) => [name, (whole as Record<string, unknown>)[name]]),
      )
      expect(zod.safeParse(body).success).toBe(true)
      expect(zod.safeParse({ ...body, emailAddress: 'mirabel@example.org' }).success).toBe(false)
    },
  )

  it.each(bySubject)('at $subject, and nothing else', ({ zod, message }) => {
    const valid = inDocument(message.payload)
    const bodies = bodiesFor(Object.keys(zod.shape))
    const refused = bodies.filter((body) => !zod.safeParse(body).success)
    expect(refused.length).toBeGreaterThan(30)
    expect(refused.filter((body) => valid(body))).toEqual([])
    // And it is not that it refuses everything: what is plainly well made gets through.
    const taken = bodies.filter((body) => zod.safeParse(body).success)
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.filter((body) => !valid(body))).toEqual([])
  })
})
