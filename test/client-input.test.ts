import { describe, expect, it } from 'vitest'
import { messages, type MessageDefinition } from '#shared/contracts'
import { columnsOf } from '#shared/database'
import {
  connectRelay,
  flatTable,
  insertTask,
  InvalidOptionError,
  InvalidTaskError,
} from '../libs/client/src/index.js'
import { largestId, longest } from '../libs/client/src/checks.js'
import { tasks } from '../libs/client/src/index.js'

type Make = (input: object) => unknown

const ids = { reference: 'ABC1234', eligibilityId: 12, claimId: 34 }
const emailAddress = 'mirabel@example.org'
const told = { ...ids, emailAddress }

/** The functions that are made from the messages. */
const made = Object.values<MessageDefinition>(messages).flatMap(({ handedOver }) =>
  typeof handedOver?.takes === 'string' ? [handedOver] : [],
)

/** Every function that takes something, with what it takes. */
const functions: Readonly<Record<string, readonly [make: Make, good: object]>> = {
  completeClaim: [tasks.completeClaim as Make, { ...ids, claimType: 'repeat' }],
  requestInformationResponse: [tasks.requestInformationResponse as Make, { ...ids, message: 'Sent' }],
  referenceRecovery: [tasks.referenceRecovery as Make, { emailAddress, prisonNumber: 'A1234BC' }],
  technicalHelp: [tasks.technicalHelp as Make, { name: 'Mirabel', emailAddress, issue: 'It broke' }],
  feedback: [tasks.feedback as Make, { rating: 'good', improvements: 'None', emailAddress }],
  notification: [
    tasks.notification as Make,
    { template: 'code', to: emailAddress, expires: new Date(8.64e14) },
  ],
  subjectChanged: [tasks.subjectChanged as Make, { kind: 'role', id: 'r-7', state: { id: 7, status: 1 } }],
  archiveClaim: [tasks.archiveClaim as Make, { claimId: 34 }],
  ...Object.fromEntries(
    made.map(({ name, takes }) => [
      name,
      [tasks[name as keyof typeof tasks] as Make, takes === 'ids' ? ids : told] as const,
    ]),
  ),
}

/** What no field of its kind may be; each value can be told from what an error may say. */
const half = 'half\ud83d'
const wrong: Readonly<Record<string, readonly unknown[]>> = {
  reference: [
    undefined,
    null,
    7,
    {},
    '',
    'ELEVENCHARS',
    'AB 1234',
    ' ABC123',
    'ABC\t12',
    'AB\u00001',
    half,
    ['ABC1234'],
  ],
  eligibilityId: [
    undefined,
    null,
    '12',
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    2_147_483_648,
    9e15,
    12n,
    true,
    {},
    [12],
    new Date(),
  ],
  claimId: [undefined, null, '34', 0, -1, 0.1, NaN, -Infinity, 2_147_483_648, 34n, Symbol('34'), () => 34],
  claimType: [
    undefined,
    null,
    '',
    'unheard-of',
    'First-Time',
    'repeat ',
    'repeat~~repeat',
    1,
    ['repeat'],
    'toString',
  ],
  emailAddress: [
    ...[
      7,
      {},
      ['odd@example.org'],
      'nowhere',
      '@example.org',
      'odd@',
      'odd@nowhere',
      'odd@@example.org',
      'odd@example..org',
    ],
    ...[
      'odd@.org',
      'odd@example.',
      'odd one@example.org',
      'odd@exam ple.org',
      'Odd <odd@example.org>',
      'a@b.org,c@d.org',
    ],
    ...['a@b.org;c@d.org', 'odd@example.org\u0000', 'od\u0007d@example.org', `${half}@example.org`],
    ...[`${'o'.repeat(89)}@example.org`, 'odd\nbcc:@example.org'],
  ],
  template: [undefined, null, 7, {}, '', ' ', 'odd key', 'odd\u0000', 'k'.repeat(81), half],
  to: [
    undefined,
    null,
    7,
    {},
    '',
    ' ',
    'nowhere',
    'visitors',
    '0770 09',
    'odd@nowhere',
    [emailAddress, 7],
    half,
  ],
  expires: ['2026-11-20', 7, {}, new Date(0), new Date(Number.NaN)],
  kind: [undefined, null, 7, '', 'Role', 'claims', half],
  id: [undefined, null, 7, '', ' ', 'odd id', '.odd', 'o'.repeat(101), 'odd\u0000', half],
  state: [undefined, null, 7, '', 'gone', [], () => ids, { big: 7n }],
  prisonNumber: [undefined, null, 1234, '', '  ', 'ELEVENCHARS', 'A1234\u0000', half],
  message: [7, {}, 'm'.repeat(2_001), 'nul\u0000', half],
  name: [undefined, null, 7, '', ' ', 'Odd~~One', 'Odd~', 'Odd\u0000', half],
  issue: [undefined, null, 7, '', '\n', 'nul\u0000', half],
  rating: [undefined, null, 7, '', 'odd~~ness', 'odd~', half],
  improvements: [7, {}, 'odd~~ness', 'odd~', half],
}

const optional = ['message', 'improvements', 'expires']
const cases = Object.entries(functions).flatMap(([name, [make, good]]) =>
  Object.keys(good).flatMap((field) =>
    [
      ...(wrong[field] ?? []),
      ...(field === 'emailAddress' && name !== 'feedback' ? [undefined, null, '', ' '] : []),
    ].map((value) => ({ name, field, value, run: () => make({ ...good, [field]: value }) })),
  ),
)

describe('wrong input', () => {
  it('is tried with every field of every function', () => {
    expect(Object.keys(functions).length).toBe(Object.keys(tasks).length - 1)
    const fields = new Set(Object.values(functions).flatMap(([, good]) => Object.keys(good)))
    expect([...fields].sort()).toEqual(Object.keys(wrong).sort())
    expect(optional.every((field) => fields.has(field))).toBe(true)
  })

  it.each(cases)('$name names $field: $#', ({ field, value, run }) => {
    const error = thrownBy(run)
    expect(error).toBeInstanceOf(InvalidTaskError)
    expect(error).toMatchObject({ name: 'InvalidTaskError', field })
    const { message } = error as Error
    expect(message.startsWith(`${field} must `)).toBe(true)
    if (typeof value === 'string' && value.trim().length > 2) expect(message).not.toContain(value)
  })

  const nothing = [undefined, null, 5, 'ABC1234', true, [], [ids], () => ids, Symbol('ids')]

  it.each(Object.entries(functions))('%s is told that it was given nothing it can use', (_, [make]) => {
    for (const input of nothing) {
      const error = thrownBy(() => make(input as object))
      expect(error).toBeInstanceOf(InvalidTaskError)
      expect((error as Error).message).toMatch(/^(claim|claimant|request|given) must be an object$/)
    }
    expect(thrownBy(() => make({}))).toBeInstanceOf(InvalidTaskError)
  })
})

describe('input that is odd, and is somebody’s', () => {
  it.each([
    'o’brien@example.org',
    "o'brien@example.org",
    'Mirabel.Oake+visits@EXAMPLE.ORG',
    ' mirabel@example.org ',
    'mirabel@bücher.example',
    '_@b.co',
    'a..b@example.org',
    '"quoted"@example.org',
    `${'o'.repeat(88)}@example.org`,
  ])('is taken: the address %j', (address) => {
    expect(tasks.acceptClaimNotification({ ...ids, emailAddress: address }).row.AdditionalData).toBe(address)
  })

  it('is taken: nothing where nothing need be', () => {
    expect(tasks.feedback({ rating: 'good', emailAddress: '' }).row.AdditionalData).toBe('good~~~~')
    expect(tasks.requestInformationResponse({ ...ids, message: null }).row.AdditionalData).toBeNull()
    expect(tasks.requestInformationResponse({ ...ids, message: 'm'.repeat(2_000) }).row.ClaimId).toBe(34)
  })

  it('is read once, frozen or behind a proxy', () => {
    const reads: PropertyKey[] = []
    const good = Object.freeze({ ...ids, claimType: 'repeat' as const })
    const proxy = new Proxy(good, {
      get(target, key) {
        reads.push(key)
        return Reflect.get(target, key) as unknown
      },
    })
    expect(tasks.completeClaim(proxy).row.ClaimId).toBe(34)
    expect(reads.sort()).toEqual(Object.keys(good).sort())
  })

  it('keeps to what the columns hold', () => {
    const { Reference, EligibilityId } = columnsOf('ExtSchema.Task')
    expect(Reference).toMatchObject({ length: longest.reference })
    expect(EligibilityId).toMatchObject({ kind: 'int' })
    expect(largestId).toBe(2 ** 31 - 1)
    expect(columnsOf('IntSchema.Prisoner').PrisonNumber).toMatchObject({ length: longest.prisonNumber })
    expect(columnsOf('IntSchema.Visitor').EmailAddress).toMatchObject({ length: longest.emailAddress })
    expect(columnsOf('IntSchema.ClaimEvent').Note).toMatchObject({ length: longest.message })
  })
})

describe('inserting what is no task', () => {
  const good = tasks.archiveClaim({ claimId: 34 })
  const withRow = (columns: object) => ({ ...good, row: { ...good.row, ...columns } })
  const insert = () => Promise.reject(new Error('must not be called'))

  it.each([
    ['task', undefined],
    ['task', null],
    ['task', 'COMPLETE-CLAIM'],
    ['task', [good]],
    ['table', {}],
    ['table', { ...good, table: undefined }],
    ['table', { ...good, table: 'IntSchema.Claim' }],
    ['table', { ...good, table: ['IntSchema.Task'] }],
    ['row', { table: good.table }],
    ['row', { ...good, row: [] }],
    ['Task', { ...good, row: {} }],
    ['Task', withRow({ Task: 'UNHEARD-OF' })],
    ['Task', withRow({ Task: 'toString' })],
    ['Status', withRow({ Status: 'COMPLETE' })],
    ['DateCreated', withRow({ DateCreated: null })],
    ['DateProcessed', withRow({ DateProcessed: '2026-11-21 10:00:00.000' })],
    ['ClaimId', withRow({ ClaimId: '34' })],
    ['EligibilityId', withRow({ EligibilityId: 0 })],
    ['Reference', withRow({ Reference: 'ELEVENCHARS' })],
    ['AdditionalData', withRow({ AdditionalData: 'nul\u0000' })],
  ])('names %s: %#', async (field, task) => {
    await expect(insertTask(task as never, insert)).rejects.toMatchObject({ name: 'InvalidTaskError', field })
  })

  it.each([undefined, null, 'insert', {}, good])('names the function that is none: %#', async (other) => {
    const refused = { name: 'InvalidTaskError', field: 'insert', message: 'insert must be a function' }
    await expect(insertTask(good, other as never)).rejects.toMatchObject(refused)
  })

  it.each([
    ['options', null],
    ['notBefore', { notBefore: 'tomorrow' }],
    ['notBefore', { notBefore: 1_764_000_000_000 }],
    ['notBefore', { notBefore: new Date(NaN) }],
    ['notBefore', { notBefore: new Date('2999-01-01') }],
    ['notBefore', { notBefore: {} }],
  ])('names the %s that are none: %#', async (field, handOver) => {
    const refused = { name: 'InvalidTaskError', field }
    await expect(insertTask(good, insert, handOver as never)).rejects.toMatchObject(refused)
  })

  it('takes a frozen task, and waits for a query that only begins when it is waited for', async () => {
    const { row } = good
    const begun: unknown[] = []
    const query = { then: (resolve: (rows: number) => void) => void (begun.push('query'), resolve(1)) }
    const frozen = Object.freeze({ ...good, row: Object.freeze({ ...row }) })
    expect(await insertTask(frozen, () => query as unknown as Promise<number>)).toBe(1)
    expect(begun).toEqual(['query'])
  })

  it('throws what such a query ends with', async () => {
    const error = new Error('the database is away')
    const query = { then: (_: unknown, reject: (error: Error) => void) => reject(error) }
    await expect(insertTask(good, () => query)).rejects.toBe(error)
  })

  it('names what is no table', () => {
    expect(thrownBy(() => flatTable(undefined as never))).toMatchObject({ field: 'table' })
    expect(flatTable('ExtSchema.Claim')).toBe('ExtSchema_Claim')
  })
})

describe('options of the relay', () => {
  it.each([
    ['options', null],
    ['options', 'nats://127.0.0.1'],
    ['servers', { servers: 4222 }],
    ['servers', { servers: [null] }],
    ['patienceMs', { patienceMs: '250' }],
    ['patienceMs', { patienceMs: NaN }],
    ['patienceMs', { patienceMs: -1 }],
    ['patienceMs', { patienceMs: Infinity }],
    ['patienceMs', { patienceMs: 250n }],
    ['timeout', { timeout: null }],
    ['onError', { onError: 'console.log' }],
    ['nkeySeedFile', { nkeySeedFile: 5 }],
    ['caFile', { caFile: Buffer.from('') }],
  ])('are refused by name: %s, %#', (field, options) => {
    const error = thrownBy(() => connectRelay(options as never))
    expect(error).toBeInstanceOf(InvalidOptionError)
    expect(error).toMatchObject({ field })
  })

  it('never make a notice throw: a listener that fails, now or later, is nobody’s business', async () => {
    const servers = '127.0.0.1:1'
    const listeners = [
      () => Promise.reject(new Error('later')),
      () => {
        throw new Error('now')
      },
    ]
    for (const onError of listeners) {
      const relay = connectRelay({ servers, onError })
      expect(await relay.notifyRelay()).toBe(false)
      await relay.close()
      await relay.close()
    }
  })
})

function thrownBy(make: () => unknown): unknown {
  try {
    return make()
  } catch (error) {
    return error
  }
}
