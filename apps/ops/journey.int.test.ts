import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jetstream, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream'
import { headers as newHeaders } from '@nats-io/nats-core'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '#shared/config'
import { deadLetterHeaders } from '#shared/messaging'
import {
  checkableClaim,
  claimIds,
  earlierClaimId,
  ofClaim,
  pendingTask,
  settledClaimant,
} from '../../test/support/claim-rows.js'
import { occurring, personalTexts } from '../../test/support/personal-data.js'
import { edit, merge, set } from '../../test/support/row-sets.js'
import { insertRows } from '../../test/support/rows.js'
import { noNats, runOps } from '../../test/support/run-ops.js'
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.js'
import { startNatsServer, type RunningNatsServer } from '../../testing/nats-server/index.js'
import { provideOnce } from '../../tools/provision/index.js'

const note = 'Marigold says the visit was moved'
const at = (time: string) => `2024-03-13 09:${time}`
const { ClaimId } = claimIds(1)
const body = (reference: string) => JSON.stringify({ reference, eligibilityId: 1001, claimId: ClaimId })

const message = (OutboxId: number, MessageId: string, columns: object) => ({
  OutboxId,
  MessageId,
  Body: '{}',
  State: 'DONE',
  Attempts: 0,
  DateLastHeard: at('59:00'),
  ...columns,
})
const run = (TaskSchema: string, TaskId: number, Run: number) => ({ TaskSchema, TaskId, Run })
const consumed = (Consumer: string, MessageId: string, DateStarted: string, columns = {}) => ({
  ...{ Consumer, MessageId, State: 'DONE', DateStarted, DateDone: DateStarted },
  ...columns,
})

/** A claim that was completed at the second go, could not be checked, and waits; an old one is to be archived. */
const given = merge(
  edit(checkableClaim(1), {
    'IntSchema.Task': set({ Status: 'FAILED', DateCreated: at('02:00.200'), DateProcessed: at('03:10') }),
  }),
  {
    'ExtSchema.Claim': [
      {
        ...ofClaim(1),
        ClaimId: ClaimId + 1,
        Status: 'SUBMITTED',
        DateOfJourney: '2024-03-12',
        DateCreated: at('30:00'),
      },
    ],
    'ExtSchema.Task': [
      pendingTask(1, 'COMPLETE-CLAIM', { Status: 'COMPLETE', DateProcessed: at('02:00.200') }),
    ],
    'IntSchema.Task': [
      pendingTask(1, 'SEND-CLAIM-NOTIFICATION', {
        ...{ TaskId: 1001, AdditionalData: 'chloe.0001@example.org' },
        ...{ Status: 'COMPLETE', DateCreated: at('02:00.200'), DateProcessed: at('02:01.500') },
      }),
      {
        TaskId: 1002,
        Task: 'ARCHIVE-CLAIM',
        ClaimId: earlierClaimId(1),
        Status: 'PENDING',
        DateCreated: at('40:00'),
      },
    ],
    'IntSchema.ClaimEvent': [
      {
        ...{ ...ofClaim(1), ClaimEventId: 1, Event: 'CLAIM-SUBMITTED', DateAdded: at('02:00.200') },
        ...{ AdditionalData: 'repeat', IsInternal: true },
      },
      {
        ...{ ...ofClaim(1), ClaimEventId: 2, Event: 'MESSAGE', DateAdded: '2024-03-14 08:00:00', Note: note },
        ...{ Caseworker: 'caseworker@example.com', IsInternal: false },
      },
      { ...ofClaim(1), ClaimEventId: 3, Event: 'CLAIM-UPDATED', DateAdded: '2024-03-14 08:00:00.250' },
    ],
    'AsyncSchema.Outbox': [
      message(1, 'ExtSchema.Task.1000.1', {
        ...{ ...run('ExtSchema', 1000, 1), Subject: '', State: 'FAILED', LastReason: 'task-lacks-ids' },
        ...{ DateCreated: at('00:01'), DateEnded: at('00:01') },
      }),
      message(2, 'ExtSchema.Task.1000.2', {
        ...{
          ...run('ExtSchema', 1000, 2),
          Subject: 'claims.submitted',
          Attempts: 2,
          LastReason: 'timed-out',
        },
        ...{ DateCreated: at('01:00'), DatePublished: at('01:00.010'), DateEnded: at('02:00.200') },
      }),
      message(3, 'IntSchema.Task.1000.1', {
        ...{ ...run('IntSchema', 1000, 1), Subject: 'claims.benefit-check-due', State: 'FAILED' },
        ...{ Attempts: 4, LastReason: 'checker-unavailable', DateCreated: at('02:00.200') },
        ...{ DatePublished: at('02:00.210'), DateEnded: '2024-03-14 09:03:10' },
      }),
      message(4, 'IntSchema.Task.1001.1', {
        ...{ ...run('IntSchema', 1001, 1), Subject: 'notifications.claim-submitted' },
        ...{ DateCreated: at('02:00.200'), DateEnded: at('02:01.500') },
      }),
      message(5, 'ExtSchema.Task.1000.2>claims.approval-due', {
        ...{ Subject: 'claims.approval-due', Body: body('K0001RW'), State: 'TO-PUBLISH' },
        ...{ DateCreated: at('03:00') },
      }),
    ],
    'AsyncSchema.Inbox': [
      consumed('complete-claim', 'ExtSchema.Task.1000.2', at('02:00.200')),
      consumed('send-email', 'IntSchema.Task.1001.1', at('02:01'), { DateDone: at('02:01.500') }),
      consumed('check-benefit', 'IntSchema.Task.1000.1', at('02:30'), { State: 'RELEASED', DateDone: null }),
    ],
  },
)

/** Others' rows, as like as can be. */
const others = merge(settledClaimant(2), {
  'IntSchema.Task': [
    pendingTask(2, 'DWP-CHECK'),
    {
      TaskId: 2001,
      Task: 'ARCHIVE-CLAIM',
      ClaimId: earlierClaimId(2),
      Status: 'PENDING',
      DateCreated: at('40:00'),
    },
    { TaskId: 2002, Task: 'ARCHIVE-OLD-CLAIMS', Status: 'PENDING', DateCreated: at('40:00') },
  ],
  'AsyncSchema.Outbox': [
    message(11, 'a', { Subject: 'claims.approval-due', Body: body('K0001RWX'), DateCreated: at('03:00') }),
    message(12, 'b', { Subject: 'claims.approval-due', Body: body('XK0001RW'), DateCreated: at('03:00') }),
    message(13, 'ExtSchema.Task.2000.1', {
      ...{ ...run('ExtSchema', 2000, 1), Subject: 'claims.submitted', DateCreated: at('03:00') },
    }),
  ],
  'AsyncSchema.Inbox': [consumed('complete-claim', 'ExtSchema.Task.2000.1', at('02:00.200'))],
})

let nats: RunningNatsServer
let connection: NatsConnection
let manager: JetStreamManager
let database: TestDatabase
let env: Environment

beforeAll(async () => {
  ;[nats, database] = await Promise.all([startNatsServer(), createTestDatabase()])
  connection = await connect({ servers: nats.url })
  manager = await jetstreamManager(connection)
  env = { ...database.env, NATS_URL: nats.url }
  await insertRows(database.connection, merge(given, others))
}, 120_000)
afterAll(async () => {
  await connection.close()
  await Promise.all([nats.stop(), database.remove()])
})

const journey = (line: string, more: Environment = {}) => runOps(`journey ${line}`, { ...env, ...more })

/** Stores a dead letter as the services do. */
async function deadLetter(id: string, consumer: string, data = '{}', reason = 'checker-unavailable') {
  const headers = newHeaders()
  headers.set('ce-id', id)
  headers.set(deadLetterHeaders.consumer, consumer)
  headers.set(deadLetterHeaders.reason, reason)
  headers.set(deadLetterHeaders.deliveries, '5')
  const { seq } = await jetstream(connection).publish(`dead-letters.${consumer}`, data, { headers })
  return seq
}

const stand = [
  'K0001RW',
  '',
  'CLAIM  IN         STATUS     SUBMITTED                LAST UPDATED',
  '20011  ExtSchema  SUBMITTED  -                        -',
  '20009  IntSchema  APPROVED   2024-01-22 12:30:00.000  2024-01-25 15:10:00.000',
  '20010  IntSchema  NEW        2024-03-11 19:41:55.000  2024-03-11 19:45:00.000',
  '',
]
const happened = [
  'LONDON TIME              WHAT      NAME                           ID                                         STATE       DETAILS',
  '2024-03-13 09:00:00.000  task      COMPLETE-CLAIM                 ExtSchema.Task.1000                        COMPLETE    claim 20010, processed 09:02:00.200',
  '2024-03-13 09:00:01.000  message   -                              ExtSchema.Task.1000.1                      FAILED      run 1, last reason task-lacks-ids, ended 09:00:01.000',
  '2024-03-13 09:01:00.000  message   claims.submitted               ExtSchema.Task.1000.2                      DONE        run 2, published 09:01:00.010, retries 2, last reason timed-out, ended 09:02:00.200',
  '2024-03-13 09:02:00.200  consumer  complete-claim                 ExtSchema.Task.1000.2                      DONE        done 09:02:00.200',
  '2024-03-13 09:02:00.200  event     CLAIM-SUBMITTED                claim 20010                                -           internal',
  '2024-03-13 09:02:00.200  task      DWP-CHECK                      IntSchema.Task.1000                        FAILED      claim 20010, processed 09:03:10.000',
  '2024-03-13 09:02:00.200  task      SEND-CLAIM-NOTIFICATION        IntSchema.Task.1001                        COMPLETE    claim 20010, processed 09:02:01.500',
  '2024-03-13 09:02:00.200  message   claims.benefit-check-due       IntSchema.Task.1000.1                      FAILED      run 1, published 09:02:00.210, retries 4, last reason checker-unavailable, ended 2024-03-14 09:03:10.000',
  '2024-03-13 09:02:00.200  message   notifications.claim-submitted  IntSchema.Task.1001.1                      DONE        run 1, ended 09:02:01.500',
  '2024-03-13 09:02:01.000  consumer  send-email                     IntSchema.Task.1001.1                      DONE        done 09:02:01.500',
  '2024-03-13 09:02:30.000  consumer  check-benefit                  IntSchema.Task.1000.1                      RELEASED    -',
  '2024-03-13 09:03:00.000  message   claims.approval-due            ExtSchema.Task.1000.2>claims.approval-due  TO-PUBLISH  -',
  '2024-03-13 09:40:00.000  task      ARCHIVE-CLAIM                  IntSchema.Task.1002                        PENDING     claim 20009',
  '2024-03-14 08:00:00.000  event     MESSAGE                        claim 20010                                -           not internal',
  '2024-03-14 08:00:00.250  event     CLAIM-UPDATED                  claim 20010                                -           -',
]
/** What waits for something, and for what: with no service running and no consumer there. */
const waits = [
  '',
  'WAITS                                      HANDLER  FOR',
  'IntSchema.Task.1002                        -        waits for the relay to take it up: a few seconds while task-relay runs',
  'ExtSchema.Task.1000.2>claims.approval-due  -        waits to be published: by the relay, when NATS is there',
]

/** The cells of lines, however wide the columns are; of a dead letter, without the time at which it was stored. */
const cellsOf = (lines: readonly string[]) =>
  lines.map((line) => {
    const cells = line.split(/ {2,}/)
    return cells[1] === 'dead-letter' ? cells.slice(1) : cells
  })

describe('the journey of a reference', () => {
  it('is its claims as they stand and what happened, in order of time', async () => {
    // Nothing was ever published there: the server has no stream yet, and looking makes none.
    expect(await journey('K0001RW')).toEqual({ code: 0, out: [...stand, ...happened, ...waits], err: [] })
    expect(await manager.streams.names().next()).toEqual([])
  })

  it('is found however the reference is written', async () => {
    const { out } = await journey('k0001rw')
    expect(out.slice(1)).toEqual([...stand.slice(1), ...happened, ...waits])
  })

  it('has the same facts as JSON', async () => {
    const { code, out, err } = await journey('K0001RW --json')
    expect({ code, err, lines: out.length }).toEqual({ code: 0, err: [], lines: 1 })
    const found = JSON.parse(out[0] ?? '') as { entries: { at: string; what: string }[]; claims: unknown[] }
    expect(found).toMatchObject({ reference: 'K0001RW', deadLetters: 'all' })
    expect(found.claims).toEqual([
      { schema: 'ExtSchema', claimId: ClaimId + 1, status: 'SUBMITTED', submitted: null, updated: null },
      expect.objectContaining({ schema: 'IntSchema', claimId: earlierClaimId(1), status: 'APPROVED' }),
      expect.objectContaining({ claimId: ClaimId, updated: '2024-03-11 19:45:00.000' }),
    ])
    expect(found.entries.map((entry) => [entry.at, entry.what])).toEqual(
      cellsOf(happened.slice(1)).map((cells) => cells.slice(0, 2)),
    )
    expect(found.entries.slice(2, 6)).toEqual([
      {
        ...{ what: 'message', at: `${at('01:00')}.000`, id: 'ExtSchema.Task.1000.2', run: 2 },
        ...{ subject: 'claims.submitted', state: 'DONE', retries: 2, lastReason: 'timed-out' },
        ...{ published: at('01:00.010'), ended: at('02:00.200'), notBefore: null },
      },
      {
        ...{ what: 'consumer', at: at('02:00.200'), id: 'ExtSchema.Task.1000.2' },
        ...{ consumer: 'complete-claim', state: 'DONE', done: at('02:00.200') },
      },
      { what: 'event', at: at('02:00.200'), name: 'CLAIM-SUBMITTED', claimId: ClaimId, internal: true },
      {
        ...{ what: 'task', at: at('02:00.200'), schema: 'IntSchema', taskId: 1000, name: 'DWP-CHECK' },
        ...{ claimId: ClaimId, status: 'FAILED', processed: `${at('03:10')}.000` },
      },
    ])
  })

  it('is known of a reference whose claims are gone, by what was done with them', async () => {
    await insertRows(database.connection, {
      'ExtSchema.Task': [
        { ...pendingTask(3, 'COMPLETE-CLAIM', { Status: 'COMPLETE' }), DateProcessed: at('01:00') },
      ],
      'IntSchema.Task': [
        {
          TaskId: 3001,
          Task: 'ARCHIVE-CLAIM',
          ClaimId: claimIds(3).ClaimId,
          Status: 'COMPLETE',
          DateCreated: at('40:00'),
        },
      ],
    })
    const { code, out, err } = await journey('K0003RW')
    expect({ code, err }).toEqual({ code: 0, err: [] })
    expect(out).toEqual([
      'K0003RW',
      '',
      'no claim of it is in ExtSchema or IntSchema',
      '',
      'LONDON TIME              WHAT  NAME            ID                   STATE     DETAILS',
      '2024-03-13 09:00:00.000  task  COMPLETE-CLAIM  ExtSchema.Task.3000  COMPLETE  claim 20030, processed 09:01:00.000',
      '2024-03-13 09:40:00.000  task  ARCHIVE-CLAIM   IntSchema.Task.3001  COMPLETE  claim 20030',
    ])
  })

  it('is asked for in parts, where one statement of SQL Server would not do', async () => {
    const ids = Array.from({ length: 600 }, (_, k) => 40_000 + k)
    const runs = ids.map((id) =>
      message(id, `IntSchema.Task.${id}.1`, {
        ...{ ...run('IntSchema', id, 1), Subject: 'claims.benefit-check-due', DateCreated: at('01:00') },
      }),
    )
    await insertRows(database.connection, {
      'IntSchema.Task': ids.map((TaskId) => pendingTask(4, 'DWP-CHECK', { TaskId })),
      'AsyncSchema.Outbox': runs,
      'AsyncSchema.Inbox': runs.map(({ MessageId }) => consumed('check-benefit', MessageId, at('02:00'))),
    })
    const { out } = await journey('K0004RW')
    expect(out.slice(5, 1_805).map((line) => line.split(/ {2,}/)[1])).toEqual(
      ['task', 'message', 'consumer'].flatMap((what) => Array<string>(600).fill(what)),
    )
  }, 60_000)

  it('without NATS is what the database knows, and says what is missing', async () => {
    const missing =
      /^ops journey: without its dead letters, which could not be read: NATS cannot be reached within 5 s \(.+\): see NATS_URL$/
    const { err, ...found } = await journey('K0001RW', noNats)
    expect(found).toEqual({ code: 0, out: [...stand, ...happened, ...waits] })
    expect(err).toEqual([expect.stringMatching(missing)])

    const json = await journey('K0001RW --json', noNats)
    expect(JSON.parse(json.out[0] ?? '')).toMatchObject({ deadLetters: 'none' })
    expect(json.err).toEqual(err)
  }, 30_000)
})

describe('dead letters', () => {
  beforeAll(() => provideOnce(env, { consumers: [] }))

  it('are there with their reasons, those of messages without a row of their own too', async () => {
    expect(await journey('K0001RW')).toEqual({ code: 0, out: [...stand, ...happened, ...waits], err: [] })

    await deadLetter('IntSchema.Task.1000.1', 'check-benefit', body('K0001RW'))
    const gone = await deadLetter('IntSchema.Task.1000.1', 'check-benefit')
    await manager.streams.deleteMessage('DEAD_LETTERS', gone)
    await deadLetter('IntSchema.Task.2000.1', 'check-benefit', body('K0002RW'))
    await deadLetter('CLAIMS.7', 'complete-claim', body('k0001rw'), 'claim-not-found')
    await deadLetter('CLAIMS.8', 'complete-claim', `${note} {`, 'unreadable')
    await deadLetter('CLAIMS.9', 'complete-claim', 'null', 'invalid')

    const { code, out, err } = await journey('K0001RW')
    expect({ code, err }).toEqual({ code: 0, err: [] })
    expect(cellsOf(out)).toEqual([
      ...cellsOf([...stand, ...happened]),
      [
        ...['dead-letter', 'check-benefit', 'IntSchema.Task.1000.1', 'checker-unavailable'],
        'after 5 deliveries, number 1 in the stream',
      ],
      [
        ...['dead-letter', 'complete-claim', 'CLAIMS.7', 'claim-not-found'],
        'after 5 deliveries, number 4 in the stream',
      ],
      ...cellsOf(waits),
    ])
    const { entries } = JSON.parse((await journey('K0001RW --json')).out[0] ?? '') as { entries: object[] }
    expect(entries.slice(-2)).toMatchObject([
      {
        what: 'dead-letter',
        id: 'IntSchema.Task.1000.1',
        consumer: 'check-benefit',
        deliveries: 5,
        sequence: 1,
      },
      { what: 'dead-letter', id: 'CLAIMS.7', reason: 'claim-not-found' },
    ])
  })

  it('are looked for among the newest thousand only, and it says so', async () => {
    await manager.streams.purge('DEAD_LETTERS')
    const first = await deadLetter('a', 'check-benefit', body('K0005RW'))
    await deadLetter('b', 'check-benefit', body('K0005RW'))
    await Promise.all(Array.from({ length: 998 }, (_, k) => deadLetter(`x${k}`, 'send-email')))
    const numbers = async () => (await journey('K0005RW')).out.map((line) => /number \d+/.exec(line)?.[0])
    expect(await numbers()).toContain(`number ${first}`)

    await deadLetter('last', 'send-email')
    expect(await numbers()).not.toContain(`number ${first}`)
    expect(await numbers()).toContain(`number ${first + 1}`)
    const { code, err } = await journey('K0005RW --json')
    expect({ code, err }).toEqual({
      code: 0,
      err: ['ops journey: only the newest 1000 dead letters were looked at'],
    })
  }, 60_000)
})

describe('what is not told', () => {
  it('is anything personal', async () => {
    const needles = [...personalTexts(given), note, 'caseworker@example.com', 'altcourse']
    expect(needles.length).toBeGreaterThan(15)
    for (const args of ['K0001RW', 'K0001RW --json']) {
      const { out, err } = await journey(args)
      expect(occurring(needles, [...out, ...err].join('\n'))).toEqual([])
    }
  })

  it('is anything of others', async () => {
    const { out } = await journey('K0001RW')
    expect(out.filter((line) => /K0002|2000\b|2001\b|2002\b|20019|20029/.test(line))).toEqual([])
  })

  it.each([{}, noNats])(
    'is anything of a reference nobody knows: one line, exit code 1 (%j)',
    async (more) => {
      const { code, out, err } = await journey('NOBODY1', more)
      expect({ code, out, err }).toEqual({
        code: 1,
        out: [],
        err: ['ops journey: nothing is known of NOBODY1'],
      })
    },
  )
})

describe('what it cannot do', () => {
  it.each([
    ['', 'the reference is one to ten letters and digits'],
    ['ABCDEFGHIJK', 'the reference is one to ten'],
    ['%', 'the reference is one to ten'],
    ['K0001R_', 'the reference is one to ten'],
    ["K'OR1", 'the reference is one to ten'],
    ['K0001RW K0002RW', 'one reference at a time'],
    ['K0001RW --yaml', "Unknown option '--yaml'"],
  ])('"%s"', async (args, reason) => {
    const { code, out, err } = await journey(args, noNats)
    expect({ code, out, lines: err.length }).toEqual({ code: 2, out: [], lines: 1 })
    expect(err[0]).toContain(reason)
  })

  it('look at a database that cannot be used', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'journey-test-'))
    await writeFile(join(folder, 'hwpv.sqlite'), 'x'.repeat(4_096))
    const { code, out, err } = await runOps('journey K0001RW', { DATA_DIR: folder, NATS_URL: nats.url })
    await rm(folder, { recursive: true })
    expect({ code, out }).toEqual({ code: 1, out: [] })
    expect(err).toEqual([expect.stringMatching(/^ops journey: the database cannot be used: .+$/)])
  })
})
