import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { streams, subjects } from '#shared/contracts'
import { tables, type TableName } from '#shared/database'
import { deadLetterHeaders } from '#shared/messaging'
import { consumersOf, serviceNamed } from '../tools/nats-config/index.js'
import { BareClient, type StoredMessage } from './support/bare-client.js'
import { archivableId, archivableRows, archiveTask, eligibilityRows } from './support/cases/archive.cases.js'
import { benefitCases } from './support/cases/benefit.cases.js'
import { begun } from './support/cases/clean-up.cases.js'
import { badBodies, failFor, failingClaims } from './support/cases/failing.cases.js'
import { journeyCases } from './support/cases/journey.cases.js'
import { migrationCases } from './support/cases/migration.cases.js'
import { refusedCases } from './support/cases/refused.cases.js'
import { responseCases } from './support/cases/response.cases.js'
import { submit } from './support/claim-cases.js'
import { claimJobs, dueClaims } from './support/daily-claims.js'
import { occurring, personalTexts } from './support/personal-data.js'
import { merge } from './support/row-sets.js'
import { readArchive, readRows } from './support/rows.js'
import { startClaimServices } from './support/run-example.js'
import { claimServices, System } from './support/system.js'
import { until } from './support/until.js'

const workSubjects = [streams.claims, streams.notifications, streams.schedule].flatMap(
  ({ subjects: stored }): readonly string[] => stored,
)
/** Those that the services here read and whose messages must say something: old claims need no word. */
const readHere = new Set<string>(
  claimServices.flatMap((name) => consumersOf(serviceNamed(name))).flatMap((each) => each.subjects),
)
const readers = workSubjects.filter(
  (subject) => readHere.has(subject) && subject !== subjects.oldClaimsArchiveDue,
)
const claims = merge(
  ...[...migrationCases, ...refusedCases, ...journeyCases, ...benefitCases].map(({ given }) => given),
  ...failingClaims,
)

async function ownRows({ connection }: System): Promise<object[]> {
  const own = (Object.keys(tables) as TableName[]).filter((table) => table.startsWith('AsyncSchema.'))
  const rows = await Promise.all(own.map((table) => connection.db.selectFrom(table).selectAll().execute()))
  return rows.flat()
}

/** Claims of every kind and failures of every kind; then everything that was written down about them. */
describe('personal data', () => {
  let system: System
  let client: BareClient
  let messages: StoredMessage[]
  let givenTables: string
  const texts = personalTexts(claims)

  beforeAll(async () => {
    system = await System.start({ clock: '2024-03-13 11:30:00', services: [] })
    client = await BareClient.connect(system.nats.url)
    failFor(system.simulators)
    await submit(system, claims)
    givenTables = JSON.stringify(await readRows(system.connection))
    await startClaimServices(system)
    for (const subject of workSubjects) for (const body of badBodies) await client.publish(subject, body)
    await until('everything has been tried', () => everythingTried(), 60_000, 250)
    for (const name of claimServices) await system.stopService(name)
    messages = await client.readAll()
  }, 180_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  /** What fails goes on being tried for long; once is enough here. */
  async function everythingTried(): Promise<boolean> {
    const { db } = system.connection
    const untried = await db
      .selectFrom('AsyncSchema.Outbox')
      .select('OutboxId')
      .where('DateEnded', 'is', null)
      .where('Attempts', '=', 0)
      .execute()
    const letters = await client.read(streams.deadLetters.name)
    const unread = letters.filter(({ headers }) => !headers['ce-id']?.includes('Task'))
    const refused = new Set(
      unread.map(({ headers, body }) => `${headers[deadLetterHeaders.subject]} ${body}`),
    )
    const expected = readers.flatMap((subject) => badBodies.map((body) => `${subject} ${body}`))
    return !untried.length && !(await anyPending()) && expected.every((one) => refused.has(one))
  }

  async function anyPending(): Promise<boolean> {
    const { db } = system.connection
    for (const table of ['ExtSchema.Task', 'IntSchema.Task'] as const) {
      const pending = await db.selectFrom(table).select('TaskId').where('Status', '=', 'PENDING').execute()
      if (pending.length) return true
    }
    return false
  }

  it('is in the tables of the web apps and reaches the upstreams, where this test finds all of it', () => {
    expect(texts.length).toBeGreaterThan(200)
    expect(occurring(texts, givenTables)).toEqual(texts)
    const { notify, benefitChecker, directions } = system.simulators
    for (const calls of [notify.calls, benefitChecker.calls, directions.calls])
      expect(occurring(texts, JSON.stringify(calls))).not.toEqual([])
  })

  it('is in no log line, whatever failed', () => {
    const lines = system.logLines
    for (const event of ['message handled', 'message not handled', 'handler failed', 'task failed'])
      expect(lines.filter((line) => line.includes(`"${event}"`))).not.toEqual([])
    for (const code of reasons) expect(lines.filter((line) => code.test(line))).not.toEqual([])
    expect(lines.filter((line) => occurring(texts, line).length)).toEqual([])
  })

  it('is in no message, neither in a body nor in a header, dead letters included', () => {
    const { claims: work, notifications, schedule, deadLetters } = streams
    for (const { name } of [work, notifications, schedule, deadLetters])
      expect(messages.filter(({ stream }) => stream === name)).not.toEqual([])
    expect(messages.filter((message) => occurring(texts, JSON.stringify(message)).length)).toEqual([])
  })

  it('is in no row of this project’s own tables', async () => {
    const rows = await ownRows(system)
    expect(rows.length).toBeGreaterThan(messages.length / 2)
    expect(rows.filter((row) => occurring(texts, JSON.stringify(row)).length)).toEqual([])
  })
})

/** One of each kind of failure, so that none of them is missing without anybody noticing. */
const reasons = [
  ...[/SQLITE_CONSTRAINT_PRIMARYKEY|2627/, /SQLITE_CONSTRAINT_FOREIGNKEY|547/],
  ...[/bank-detail-missing/, /claim-not-found/, /unknown-task/, /task-row-incomplete/],
  ...[/notify-400/, /notify-500/, /notify-unreadable/, /notify-reset|notify-unreachable/],
  ...[/dwp-fault-LSCBC215/, /dwp-fault-LSCBC299/, /dwp-unknown-status/, /dwp-unreadable/],
  ...[/unreadable-body/, /body-breaks-contract/],
]

/** What comes after a claim is submitted: answers, reminders, clean-up with a file that cannot be deleted, archiving. */
describe('personal data, later on', () => {
  const day = '2024-03-13'
  const old = '2022-01-02 03:04:05'
  const given = merge(
    ...responseCases.map((each) => each.given),
    ...claimJobs.map((job, i) => dueClaims[job](200 + i, day).given),
    ...[eligibilityRows(210), archivableRows(210), { 'IntSchema.Task': [archiveTask(archivableId(210), 1)] }],
    begun(220, { eligibility: old, claim: old, documents: old }),
  )
  const texts = personalTexts(given)
  let system: System
  let client: BareClient

  beforeAll(async () => {
    system = await System.start({ clock: `${day} 11:30:00`, services: [] })
    client = await BareClient.connect(system.nats.url)
    system.simulators.s3.misbehave({ kind: 'status', status: 403, when: { times: 1 } })
    await submit(system, given)
    await startClaimServices(system)
    await system.fire('daily', day)
    await system.settled()
  }, 120_000)

  afterAll(async () => {
    await client.close()
    await system.stop()
  })

  it('is where it belongs', async () => {
    const rows = [await readRows(system.connection), await readArchive(system.database.archive)]
    expect(occurring(texts, JSON.stringify(rows)).length).toBeGreaterThan(50)
    expect(system.simulators.notify.calls.length).toBeGreaterThan(20)
  })

  it('is in no log line, though a file could not be deleted', () => {
    expect(system.logLines.filter((line) => line.includes('"file not deleted"'))).toHaveLength(1)
    expect(system.logLines.filter((line) => occurring(texts, line).length)).toEqual([])
  })

  it('is in no message and in no row of this project’s own tables', async () => {
    const messages = await client.readAll()
    expect(messages.filter((message) => occurring(texts, JSON.stringify(message)).length)).toEqual([])
    const rows = await ownRows(system)
    expect(rows.filter((row) => occurring(texts, JSON.stringify(row)).length)).toEqual([])
  })
})
