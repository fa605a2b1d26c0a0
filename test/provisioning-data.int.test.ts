import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { targetState, Targets } from '#shared/provisioning'
import { OtlpReceiver, type LegacyCall } from '../testing/simulators/index.js'
import { tasks } from '../libs/client/src/index.js'
import { claimIds, settledClaimant } from './support/claim-rows.js'
import { leaveTraces } from './support/console-pages.js'
import { ConsoleWorld } from './support/console-world.js'
import { firedYearsAgo } from './support/fired-before.js'
import { lookAtAll, type Said } from './support/looked-at.js'
import { MarkedSubjects } from './support/marked-subjects.js'
import { quotingAnswers } from './support/quoting-answers.js'
import { occurring, placesOfSubjects } from './support/personal-data.js'
import { CredentialFile, Provisioned } from './support/provisioned.js'
import { refuse } from './support/refused-changes.js'
import { insertRows } from './support/rows.js'
import type { System } from './support/system.js'
import { until } from './support/until.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const clock = '2026-11-18 10:00:00'
const marked = new MarkedSubjects()
const token = marked.note('the-token-of-whoever-says-what-is-so')
const [username, password] = [marked.note('the-user-of-ours-there'), marked.note('<the & password of it>')]
const secrets = () => marked.texts

let world: ConsoleWorld
let system: System
let all: Provisioned
let credentials: CredentialFile
let said: Said
/** What was told and is so still. */
const told: string[] = []
const receiver = new OtlpReceiver()
const authorised = { authorization: `Bearer ${token}` }

beforeAll(async () => {
  await receiver.listen(0)
  credentials = new CredentialFile()
  credentials.put('gias', username, password)
  const env: Record<string, string> = {
    ...{ PROVISIONER_API_TOKEN: token, PROVISIONER_CREDENTIALS: credentials.path },
    ...{ PROVISIONER_TIMEOUT_MS: '2000', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, CHAT_PAUSE_SECONDS: '1' },
  }
  world = await ConsoleWorld.start({ clock, env, services: ['task-relay'] })
  system = world.system
  env.CHAT_WEBHOOK_URL = system.simulators.chat.webhook
  await firedYearsAgo(system.connection)
  await system.startService('scheduler')
  const { port } = await system.startService('provisioner')
  all = new Provisioned(system, port)
  await leaveTraces(system)
  // Its targets have made way for those of this test.
  for (const table of ['AsyncSchema.ProvisioningEntry', 'AsyncSchema.ProvisioningTarget'] as const)
    await system.connection.db.deleteFrom(table).execute()
  await insertRows(system.connection, settledClaimant(1))
  await confirmed()
  await handedOver()
  await refusedByUs()
  await answeredOtherwise()
  await held()
  said = await lookAtAll({
    ...{ world, receiver, clock, reference: claimIds(1).Reference },
    ...{ names: ['good', 'collects', 'schools', 'away'], ops: done },
    but: placesOfSubjects,
    until: () => until('the chat is told', () => system.simulators.chat.calls.length > 0),
  })
}, 300_000)
afterAll(async () => {
  await world?.issuer.close()
  await system?.stop()
  await receiver.close()
  credentials?.remove()
})

const entry = async (target: string) => {
  const { targetId = 0 } = (await new Targets(system.connection).named(target)) ?? {}
  return (await all.entries()).findLast(({ TargetId }) => TargetId === targetId)
}

/** Each kind in each format, made, changed and gone. */
async function confirmed(): Promise<void> {
  await all.target('good')
  await all.target('collects', { format: 'collect', credentials: 'gias', addressed: true })
  await all.target('schools', { format: 's2s' })
  const targets = ['good', 'collects', 'schools']
  for (const kind of ['user', 'role', 'organisation'] as const) {
    const [first, second, key] = [marked.of(kind, ...targets), marked.of(kind, ...targets), marked.key()]
    told.push(...second.texts, key)
    for (const { state } of [first, second]) {
      expect(await all.post(kind, key, state, authorised)).toBe(202)
      await all.confirmed()
    }
    expect(await all.post(kind, key, 'absent', authorised)).toBe(202)
  }
  told.push(username, password)
  await all.confirmed()
}

/** By a task; and one that somebody wrote into the table as it must not be. */
async function handedOver(): Promise<void> {
  const { db, dialect } = system.connection
  const good = tasks.subjectChanged({
    kind: 'user',
    id: marked.key(),
    state: marked.of('user', 'good').state,
  })
  const wrong = { kind: marked.note('quillwren-kind'), id: marked.key(), state: marked.of('role').state }
  for (const AdditionalData of [
    good.row.AdditionalData ?? '',
    JSON.stringify(wrong),
    `${good.row.AdditionalData}}`,
  ])
    await dialect
      .returning(db.insertInto('IntSchema.Task').values({ ...good.row, AdditionalData }), ['TaskId'])
      .execute()
  await all.confirmed()
}

/** What belongs into one place stands in another; and the database refuses it, and quotes it. */
async function refusedByUs(): Promise<void> {
  const { state } = marked.of('role')
  const [, , , wrongToken, wrongKind, wrongKey, wrongName] = ['', '', '', 'token', 'kind', 'k%y', 'name'].map(
    (name) => marked.note(`quillwren-wrong-${name}`),
  )
  const headers = { authorization: `Bearer ${wrongToken}` }
  expect(await all.post('role', marked.key(), state, headers)).toBe(401)
  expect(await all.post(wrongKind ?? '', marked.key(), state, authorised)).toBe(400)
  expect(await all.post('role', encodeURIComponent(wrongKey ?? ''), state, authorised)).toBe(400)
  expect(await all.post('role', marked.key(), { ...state, [wrongName ?? '']: 1 }, authorised)).toBe(400)
  expect((await all.ask(`role/${marked.key()}`, `${JSON.stringify(state)}}`, authorised)).status).toBe(400)
  const key = marked.key()
  await refuse(system.connection, {
    ...{ name: 'Trouble', change: 'insert', table: 'AsyncSchema.ProvisioningSubject' },
    when: (column) => `${column('SubjectKey')} = '${key}'`,
    words: key,
  })
  expect(await all.post('role', key, state, authorised)).toBe(503)
}

/** Each other answer, once. */
async function answeredOtherwise(): Promise<void> {
  await all.target('answers', { kinds: ['role'] })
  await all.confirmed()
  for (const { status, body, headers, ends } of Object.values(quotingAnswers)) {
    const { state, texts } = marked.of('role')
    const words = texts.join(' ')
    const match = (call: LegacyCall) => call.system === 'answers'
    all.legacy.misbehave({
      kind: 'status',
      status,
      body: body(words, String(state.id)),
      headers,
      when: { times: 1, match },
    })
    expect(await all.post('role', marked.key(), { ...state, targets: ['answers'] }, authorised)).toBe(202)
    await until(`it is ${ends}`, async () => {
      const { ConfirmedVersion, MessageId, Reason } = (await entry('answers')) ?? {}
      return ends === 'confirmed' ? ConfirmedVersion === 1 : MessageId === null && Reason !== null
    })
  }
}

/** A target that is away, as it was when it was held. */
async function held(): Promise<void> {
  await all.target('away', { kinds: ['role'] })
  await system.settled()
  const { state, texts } = marked.of('role')
  const match = (call: LegacyCall) => call.system === 'away'
  all.legacy.misbehave({ kind: 'status', status: 503, body: texts.join(' '), when: { match } })
  for (let i = 0; i < 25; i++)
    expect(await all.post('role', marked.key(), { ...state, targets: ['away'] }, authorised)).toBe(202)
  await until(
    'it is held',
    async () => (await new Targets(system.connection).named('away'))?.state === targetState.held,
  )
}

/** What an operator does. */
const done = [
  'dead-letters retry --consumer tell-target --dry-run',
  'dead-letters readdress --reference ABC1234 --dry-run',
  'dead-letters discard --reason subject-malformed --why gone --yes',
  'targets hold good --reason to-see --yes',
  'targets resume good --reason to-see --yes',
  'targets fill good --reason to-see --yes',
  'tasks retry --task SUBJECT-CHANGED --dry-run',
  'tasks close --task SUBJECT-CHANGED --reason seen --yes',
]

const found = (which: RegExp) => said.found(secrets(), which)

describe('what is known of users, roles and organisations', () => {
  it('is in the tables, and at the targets: this test finds it', async () => {
    const { db } = system.connection
    const rows = [
      await db.selectFrom('AsyncSchema.ProvisioningSubject').selectAll().execute(),
      await all.entries(),
    ]
    expect(occurring(told, JSON.stringify([rows, all.legacy.calls]))).toEqual(told)
    expect(told.length).toBeGreaterThan(40)
  })

  it.each([
    ['metrics', /\/metrics$/, /hwpv_target_failed\{[^}]*answers/],
    ['traces', /^spans/, /provisioning tell/],
    ['pages', /^page/, /target-fault-validation/],
    ['answers of the API', /^api/, /target-fault-validation/],
    ["lines of the operator's commands", /^ops/, /target-fault-validation/],
    ['the chat', /^chat/, /tell-target/],
    ['health and information', /\/(?:health|info|ping)/, /provisioner/],
    ['streams, log lines and own tables', /^(?:written|log)/, /target-fault-validation/],
  ])('is in no %s, which say what may be said', (_, which, says) => {
    const words = said.places(which).map(([, each]) => each)
    expect(says.test(words.join('\n'))).toBe(true)
    expect(found(which)).toEqual([])
  })

  it('is nowhere else', () => {
    expect(found(/^/)).toEqual([])
  })
})
