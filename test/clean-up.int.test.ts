import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addDays } from '#shared/clock'
import { scheduleMessageId, streams, subjects } from '#shared/contracts'
import type { Misbehaviour } from '../testing/simulators/index.js'
import { BareClient } from './support/bare-client.js'
import {
  begun,
  begunAgain,
  belongingCases,
  boundaryCases,
  filesOf,
  goes,
  handOverCases,
  otherClaim,
  stays,
  type CleanUpCase,
  type Times,
} from './support/cases/clean-up.cases.js'
import { foundRows, inFull, referencesIn } from './support/claim-cases.js'
import { pendingTask, rowId } from './support/claim-rows.js'
import { edit, merge, remove, set } from './support/row-sets.js'
import { insertRows, readRows, type Rows } from './support/rows.js'
import { System } from './support/system.js'
import { until } from './support/until.js'

const consumer = 'clean-up-external-data'
const bucket = 'golden-documents'
const messageId = (date: string) => scheduleMessageId(subjects.scheduleDaily, date)

/** The times about half past four, thirty days before a day. */
function timesOf(date: string): Times {
  const day = addDays(date, -30)
  return {
    dayBefore: `${addDays(day, -1)} 23:59:59`,
    before: `${day} 04:29:59`,
    at: `${day} 04:30:00`,
    after: `${day} 04:30:01`,
    dayAfter: `${addDays(day, 1)} 00:00:00`,
  }
}

let system: System
let client: BareClient

beforeAll(async () => {
  system = await System.start({ clock: '2024-03-13 04:30:00', services: ['daily-tasks'] })
  client = await BareClient.connect(system.nats.url)
}, 180_000)

afterAll(async () => {
  await client.close()
  await system.stop()
})

afterEach(() => system.simulators.reset())

const s3 = () => system.simulators.s3
const deletions = () => s3().calls.map(({ method, key }) => `${method} ${key}`)
const deletionsOf = (files: readonly string[]) => files.map((key) => `DELETE ${key}`)

/** Places the files of rows and inserts the rows, as the external web app leaves them. */
async function leave(...sets: readonly Rows[]): Promise<void> {
  for (const rows of sets) {
    for (const file of filesOf(rows)) s3().put(bucket, file, 'x')
    await insertRows(system.connection, rows)
  }
}

/** Runs the job of a day as begun at half past four and half a second, however long the tests take. */
async function cleanUp(date: string): Promise<void> {
  const started = `${date} 04:30:00.500`
  system.clock.set(started)
  await system.connection.db
    .insertInto('AsyncSchema.JobRun')
    .values({
      ...{ Consumer: consumer, MessageId: messageId(date), RunDate: date, State: 'RUNNING' },
      ...{ Stage: 0, LastKey: 0, RowsChanged: 0, DateStarted: started, DateLastHeard: started },
    })
    .execute()
  await system.fire('daily', date, 60_000)
}

const remembered = () => system.connection.db.selectFrom('AsyncSchema.FileToDelete').selectAll().execute()
const rememberedIds = async () => (await remembered()).map(({ ClaimDocumentId }) => ClaimDocumentId).sort()

/** Removes what a case has left, so that the next day does not find it. */
async function sweep(...cases: readonly CleanUpCase[]): Promise<void> {
  const references = [...referencesIn(...cases.map(({ given }) => given))].map(String)
  const children = [
    'ClaimExpense',
    'ClaimChild',
    'ClaimEscort',
    'Prisoner',
    'Visitor',
    'EligibleChild',
  ] as const
  const rest = [
    'ClaimDocument',
    'ClaimBankDetail',
    'EligibilityVisitorUpdateContactDetail',
    'Benefit',
  ] as const
  for (const table of [...children, ...rest, 'Claim', 'Eligibility', 'Task'] as const)
    await system.connection.db.deleteFrom(`ExtSchema.${table}`).where('Reference', 'in', references).execute()
}

const endsAsExpected = async ({ given, left }: CleanUpCase) =>
  expect(await foundRows(system, given)).toEqual(inFull(plain(left)))

/** Milliseconds of nought are not read. */
const plain = (rows: Rows) => JSON.parse(JSON.stringify(rows).replaceAll('.000"', '"')) as Rows

describe.each([
  { about: 'in winter', date: '2024-03-13', first: 100 },
  { about: 'in summer', date: '2024-07-13', first: 200 },
  { about: 'across the day the clocks went forward', date: '2024-04-10', first: 300 },
  { about: 'across the day the clocks went back', date: '2024-11-05', first: 400 },
])('the clean-up $about', ({ date, first }) => {
  const times = timesOf(date)
  const handOvers = handOverCases(first + 60, times)
  const cases = [
    ...boundaryCases(first, times),
    ...belongingCases(first + 50, times),
    ...handOvers.held,
    ...handOvers.ended,
  ]
  let called: string[]
  let objects: string[]

  beforeAll(async () => {
    await leave(...cases.map(({ given }) => given))
    await system.connection.db.insertInto('AsyncSchema.Outbox').values(handOvers.outbox).execute()
    await cleanUp(date)
    called = deletions()
    objects = [...s3().objects.keys()]
  }, 120_000)

  afterAll(async () => {
    await sweep(...cases)
    await system.connection.db.deleteFrom('AsyncSchema.Outbox').execute()
  })

  it.each(cases)('deals with $about', endsAsExpected)

  it('deletes the files of what goes, each once, and no other', () => {
    expect([...called].sort()).toEqual(deletionsOf(cases.flatMap(({ files }) => files)).sort())
    const kept = cases.flatMap(({ left }) => filesOf(left).map((file) => `${bucket}/${file}`))
    expect(objects.sort()).toEqual(kept.sort())
  })
})

describe('hand-overs that were under way', () => {
  const times = timesOf('2024-05-02')
  const handOvers = handOverCases(500, times)

  it('are looked at again the next day', async () => {
    const given = merge(...handOvers.held.map((each) => each.given))
    await leave(given)
    await system.connection.db.insertInto('AsyncSchema.Outbox').values(handOvers.outbox).execute()
    await cleanUp('2024-05-02')
    expect(deletions()).toEqual([])
    const { db } = system.connection
    await db.updateTable('ExtSchema.Task').set({ Status: 'COMPLETE' }).execute()
    await db.updateTable('AsyncSchema.Outbox').set({ DateEnded: '2024-05-02 05:00:00.000' }).execute()
    await cleanUp('2024-05-03')
    const left = (await readRows(system.connection))['ExtSchema.Task']
    await endsAsExpected({ about: '', given, left: { 'ExtSchema.Task': left ?? [] }, files: [] })
    expect(deletions().sort()).toEqual(deletionsOf(filesOf(given)).sort())
    await sweep(...handOvers.held)
  })

  it('keep their rows, too, when they begin while the files are being deleted', async () => {
    const { before: old, dayAfter: young } = timesOf('2024-05-10')
    const n = 520
    const rows = begun(n, { eligibility: old, claim: old, documents: young })
    await leave(rows)
    const task = pendingTask(n, 'COMPLETE-CLAIM', { AdditionalData: 'first-time' })
    s3().misbehave({ kind: 'slow', ms: 300 })
    const added = new Promise<void>((resolve, reject) => {
      const stop = s3().onCall(() => {
        stop()
        insertRows(system.connection, { 'ExtSchema.Task': [task] }).then(resolve, reject)
      })
    })
    await Promise.all([added, cleanUp('2024-05-10')])
    const held = stays('a claim submitted late', merge(rows, { 'ExtSchema.Task': [task] }))
    await endsAsExpected(held)
    await sweep(held)
  })

  it('leave alone what was begun while the files were being deleted', async () => {
    const { before: old, dayAfter: young } = timesOf('2024-05-12')
    const n = 530
    const given = begunAgain(n, old, young)
    const other = otherClaim(n, young)
    await leave(given)
    s3().misbehave({ kind: 'slow', ms: 300 })
    const added = new Promise<void>((resolve, reject) => {
      const stop = s3().onCall(() => {
        stop()
        insertRows(system.connection, other).then(resolve, reject)
      })
    })
    await Promise.all([added, cleanUp('2024-05-12')])
    const {
      'ExtSchema.EligibilityVisitorUpdateContactDetail': contacts = [],
      'ExtSchema.ClaimDocument': documents = [],
    } = given
    const left = merge(other, {
      'ExtSchema.EligibilityVisitorUpdateContactDetail': contacts,
      'ExtSchema.ClaimDocument': documents.filter(({ ClaimId }) => !ClaimId),
    })
    const begunMeanwhile = { about: '', given: merge(given, other), left, files: [] }
    await endsAsExpected(begunMeanwhile)
    await sweep(begunMeanwhile)
  })
})

describe('a file that cannot be deleted', () => {
  const date = '2024-06-03'
  const next = '2024-06-04'
  const { before: old, dayAfter: young } = timesOf(date)
  const [n1, n2, n3, n4] = [601, 602, 603, 604]
  const given = {
    young: begun(n1, { eligibility: old, claim: old, documents: young }),
    old: begun(n2, { eligibility: old, claim: old, documents: old }),
    alone: begun(n3, { eligibility: young, claim: young, documents: old }),
    repeat: begunAgain(n4, old, young),
  }
  const all = merge(...Object.values(given))
  const stuck = [rowId.document(n1, 1), rowId.document(n2, 3), rowId.document(n3, 4), rowId.document(n4, 5)]
  const isStuck = ({ ClaimDocumentId }: Readonly<Record<string, unknown>>) =>
    stuck.includes(Number(ClaimDocumentId))
  const stuckRows = (all['ExtSchema.ClaimDocument'] ?? []).filter(isStuck)
  const stuckFiles = filesOf({ 'ExtSchema.ClaimDocument': stuckRows })
  const otherFiles = filesOf(all).filter((file) => !stuckFiles.includes(file))

  it('keeps its row and nothing else; the log names the document', async () => {
    await leave(all)
    const lines = system.logLines.length
    s3().misbehave({ kind: 'status', status: 403, when: { match: ({ key }) => stuckFiles.includes(key) } })
    await cleanUp(date)
    const left = merge(edit(given.alone, { 'ExtSchema.ClaimDocument': remove() }), {
      'ExtSchema.ClaimDocument': stuckRows,
    })
    await endsAsExpected({ about: '', given: all, left, files: [] })
    expect(deletions().sort()).toEqual(deletionsOf(otherFiles).sort())
    expect(s3().requests).toBe(otherFiles.length + stuckFiles.length)
    expect(await rememberedIds()).toEqual(stuck)
    const told = system.logLines.slice(lines).map((line) => JSON.parse(line) as Record<string, unknown>)
    const warnings = told
      .filter(({ msg }) => msg === 'file not deleted')
      .sort((a, b) => Number(a.documentId) - Number(b.documentId))
    expect(warnings.map(({ level, documentId, reason }) => ({ level, documentId, reason }))).toEqual(
      stuck.map((documentId) => ({ level: 40, documentId, reason: 'document-store-403' })),
    )
    for (const line of system.logLines.slice(lines)) expect(line).not.toMatch(/\.(png|jpg)|K06\d\dRW/)
  })

  it('is tried again the next day, and again', async () => {
    for (const file of stuckFiles) s3().put(bucket, file, 'x')
    s3().misbehave({ kind: 'status', status: 403 })
    await cleanUp(next)
    expect(s3().requests).toBe(stuckFiles.length)
    expect((await foundRows(system, all))['ExtSchema.ClaimDocument']).toHaveLength(stuck.length)
    s3().behaveWell()
    // One was tried by a process whose clock was a year ahead.
    await system.connection.db
      .updateTable('AsyncSchema.FileToDelete')
      .set({ DateFailed: '2025-06-04 04:30:01.000' })
      .where('ClaimDocumentId', '=', stuck[0] ?? 0)
      .execute()
    await cleanUp('2024-06-05')
    expect(s3().objects.size).toBe(0)
    // The claim that was young then is thirty days old by now.
    await endsAsExpected({ about: '', given: all, left: {}, files: [] })
    expect(await remembered()).toEqual([])
  })

  it('is forgotten when somebody else deletes its row', async () => {
    const { before } = timesOf('2024-06-10')
    const [n5, n6] = [605, 606]
    const rows = begun(n5, { eligibility: before, claim: before, documents: before })
    await leave(rows)
    s3().misbehave({ kind: 'status', status: 403, when: { times: 1 } })
    await cleanUp('2024-06-10')
    expect(await remembered()).toHaveLength(1)
    await sweep(goes('', rows))
    const others = begun(n6, { eligibility: before, claim: before, documents: before })
    await leave(others)
    await cleanUp('2024-06-11')
    expect(await remembered()).toEqual([])
    await endsAsExpected(goes('', others))
  })
})

describe('a store that is away', () => {
  const many = (first: number, old: string) =>
    merge(
      ...Array.from({ length: 5 }, (_, k) =>
        begun(first + k, { eligibility: old, claim: old, documents: old }),
      ),
    )

  it.each<[string, Misbehaviour, string, number]>([
    ['nobody answers', { kind: 'refuse' }, '2024-08-01', 701],
    ['it fails', { kind: 'status', status: 500 }, '2024-08-05', 711],
  ])('stops the job until it is back, and nothing is lost: %s', async (_, misbehaviour, date, first) => {
    const rows = many(first, timesOf(date).before)
    await leave(rows)
    s3().misbehave(misbehaviour)
    const failed = () => system.logLines.filter((line) => line.includes('document store is away'))
    const before = failed().length
    const running = cleanUp(date)
    await until('the job has stopped', () => failed().length > before)
    await endsAsExpected(stays('', rows))
    expect(await remembered()).toEqual([])
    s3().behaveWell()
    await running
    await endsAsExpected(goes('', rows))
    expect(deletions().sort()).toEqual(deletionsOf(filesOf(rows)).sort())
    expect(s3().objects.size).toBe(0)
  })

  it('does not stop the job when only a few files fail', async () => {
    const date = '2024-08-09'
    const { before, dayAfter } = timesOf(date)
    const rows = begun(721, { eligibility: before, claim: before, documents: dayAfter })
    await leave(rows)
    s3().misbehave({ kind: 'refuse' })
    await cleanUp(date)
    const left = (rows['ExtSchema.ClaimDocument'] ?? []).filter(({ Filepath }) => Filepath)
    await endsAsExpected({ about: '', given: rows, left: { 'ExtSchema.ClaimDocument': left }, files: [] })
    s3().behaveWell()
    await cleanUp('2024-08-10')
    await endsAsExpected(goes('', rows))
  })
})

it('is done once for its date, however often it is delivered', async () => {
  const date = '2024-09-03'
  const { before, dayAfter } = timesOf(date)
  const done = begun(801, { eligibility: before, claim: before, documents: before })
  await leave(done)
  await cleanUp(date)
  const late = begun(802, { eligibility: before, claim: before, documents: dayAfter })
  await leave(late)
  const rows = await readRows(system.connection)
  const calls = deletions()
  for (let i = 0; i < 4; i++) {
    await client.publish(subjects.scheduleDaily, { date }, { 'ce-id': messageId(date) })
    await system.answered(streams.schedule.name)
  }
  expect(await readRows(system.connection)).toEqual(rows)
  expect(deletions()).toEqual(calls)
  await sweep(goes('', late))
})

it('goes on where it was when it is delivered again, and repeats what was half done', async () => {
  const date = '2024-09-10'
  const { before } = timesOf(date)
  const rows = begun(811, { eligibility: before, claim: before, documents: before })
  await leave(rows)
  // Killed between the files and the rows.
  const [gone, ...files] = filesOf(rows)
  await s3Delete(gone)
  await cleanUp(date)
  await endsAsExpected(goes('', rows))
  expect([...s3().objects.keys()]).toEqual([])
  expect(deletions().sort()).toEqual(deletionsOf([gone ?? '', ...files]).sort())
  const run = await system.connection.db
    .selectFrom('AsyncSchema.JobRun')
    .select(['State', 'RowsChanged'])
    .where('MessageId', '=', messageId(date))
    .where('Consumer', '=', consumer)
    .execute()
  expect(run).toEqual([{ State: 'DONE', RowsChanged: 1 }])
})

it('works through many pages, claimants with many claims included', async () => {
  const date = '2024-09-20'
  const { before, dayAfter } = timesOf(date)
  const due = Array.from({ length: 120 }, (_, k) =>
    merge(begunAgain(1000 + k, before, before), otherClaim(1000 + k, before)),
  )
  const kept = begunAgain(1200, dayAfter, dayAfter)
  await leave(...due, kept)
  await cleanUp(date)
  await endsAsExpected(goes('', merge(...due)))
  await endsAsExpected(stays('', kept))
  expect(deletions().sort()).toEqual(deletionsOf(due.flatMap(filesOf)).sort())
  await sweep(stays('', kept))
})

it('has nothing left that is nobody’s', async () => {
  expect(await readRows(system.connection)).toEqual({})
})

describe('without a bucket', () => {
  it('deletes the files in the local folder', async () => {
    const local = await System.start({
      clock: '2024-03-13 04:30:00',
      services: ['daily-tasks'],
      env: { AWS_S3_BUCKET_NAME: '' },
    })
    try {
      const { dayBefore, dayAfter } = timesOf('2024-03-13')
      const old = begun(1, { eligibility: dayBefore, claim: dayBefore, documents: dayBefore })
      const escaping = edit(begunAgain(2, dayBefore, dayBefore), {
        'ExtSchema.ClaimDocument': set(
          { Filepath: '../outside.png' },
          { ClaimDocumentId: rowId.document(2, 1) },
        ),
      })
      const young = begun(3, { eligibility: dayAfter, claim: dayAfter, documents: dayAfter })
      const folder = join(local.database.env.DATA_DIR ?? '.data', 'documents')
      for (const file of filesOf(merge(old, escaping, young))) {
        mkdirSync(dirname(join(folder, file)), { recursive: true })
        writeFileSync(join(folder, file), 'x')
      }
      await insertRows(local.connection, merge(old, escaping, young))
      await local.fire('daily')
      const files = readdirSync(join(folder, '..'), { recursive: true, encoding: 'utf8' })
      const expected = [...filesOf(young).map((file) => join('documents', file)), 'outside.png']
      expect(files.filter((file) => /\.(png|jpg)$/.test(file)).sort()).toEqual(expected.sort())
      const outside = (escaping['ExtSchema.ClaimDocument'] ?? []).filter(
        ({ ClaimDocumentId }) => ClaimDocumentId === rowId.document(2, 1),
      )
      expect(await foundRows(local, merge(old, escaping, young))).toEqual(
        inFull(merge(young, { 'ExtSchema.ClaimDocument': outside })),
      )
      expect(local.simulators.s3.requests).toBe(0)
    } finally {
      await local.stop()
    }
  })
})

/** As a run that was killed did. */
async function s3Delete(key = ''): Promise<void> {
  const authorization = 'AWS4-HMAC-SHA256 Credential=somebody'
  await fetch(`${s3().url}/${bucket}/${key}`, { method: 'DELETE', headers: { authorization } })
  s3().forgetCalls()
}

describe('a file that a document names', () => {
  it('is not deleted where it is none of the documents, and keeps nobody else', async () => {
    const [paid, { before }] = ['apvs-payments-of-today.txt', timesOf('2025-06-12')]
    const rows = begun(607, { eligibility: before, claim: before, documents: before })
    const named = [paid, `./${paid}`, 'Payment-Runs/of-today.json']
    const ids = [1, 3, 4].map((k) => rowId.document(607, k))
    const given = edit(rows, {
      'ExtSchema.ClaimDocument': (documents) =>
        documents.map((row) => {
          const place = ids.indexOf(Number(row.ClaimDocumentId))
          return place < 0 ? row : { ...row, Filepath: named[place] }
        }),
    })
    const foreign = (given['ExtSchema.ClaimDocument'] ?? []).filter((row) =>
      ids.includes(Number(row.ClaimDocumentId)),
    )
    await leave(given)
    s3().put(bucket, paid, 'x')
    s3().forgetCalls()
    await cleanUp('2025-06-12')
    const files = filesOf(given).filter((file) => !named.includes(file))
    await endsAsExpected({ about: '', given, left: { 'ExtSchema.ClaimDocument': foreign }, files: [] })
    expect(deletions().sort()).toEqual(deletionsOf(files).sort())
    expect([...s3().objects.keys()]).toContain(`${bucket}/${paid}`)
    const told = system.logLines.map((each) => JSON.parse(each) as Record<string, unknown>)
    expect(
      told
        .filter(({ reason }) => reason === 'file-of-payments')
        .map(({ msg, documentId }) => [msg, documentId])
        .sort(),
    ).toEqual(ids.map((id) => ['file not deleted', id]))
  })
})
