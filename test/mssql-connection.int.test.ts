import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sql } from 'kysely'
import { generate } from 'selfsigned'
import { SystemClock } from '#shared/clock'
import { DatabaseConnection, databaseSettings, orElse } from '#shared/database'
import { Inbox, UnitOfWork } from '#shared/unit-of-work'
import { TdsServer, type TdsAnswer } from './support/tds-server.js'
import type { TdsCertificate } from './support/tds-tls.js'
import { until } from './support/until.js'

const message = { id: 'ExtSchema.Task.3.1', consumer: 'complete-claim' }

let certificate: TdsCertificate
beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
  certificate = { key, cert }
})

/** The connection to SQL Server, against a server that says of it only what matters here. */
describe.each([
  ['unencrypted', false],
  ['encrypted', true],
])('a connection to SQL Server, %s,', (_, encrypted) => {
  let server: TdsServer
  let connection: DatabaseConnection
  const settings = (env: object = {}) =>
    databaseSettings({
      APVS_DATABASE_SERVER: `127.0.0.1,${server.port}`,
      APVS_DATABASE: 'hwpv',
      APVS_ASYNC_WORKER_USERNAME: 'worker',
      APVS_ASYNC_WORKER_PASSWORD: 'secret',
      DATABASE_ENCRYPT: String(encrypted),
      DATABASE_TRUST_SERVER_CERTIFICATE: String(encrypted),
      DATABASE_CONNECT_TIMEOUT_MS: '20000',
      DATABASE_REQUEST_TIMEOUT_MS: '20000',
      ...env,
    })
  /** For those that wait for the end of the time; long enough for a busy machine to answer in. */
  const impatient = { DATABASE_CONNECT_TIMEOUT_MS: '1500', DATABASE_REQUEST_TIMEOUT_MS: '1500' }
  const reopen = async (env: object) => {
    await connection.close()
    connection = DatabaseConnection.open(settings(env))
  }
  const asked = () => server.requests.map(({ kind }) => kind)
  const ask = () => connection.ping()
  const unitOfWork = () => {
    const clock = new SystemClock()
    return new UnitOfWork(
      connection,
      new Inbox(connection, clock),
      { publishFollowUps: () => Promise.resolve() },
      clock,
    )
  }
  /** Answers the first requests of a kind in this way, and everything else well. */
  const answering = (kind: string, ...answers: readonly TdsAnswer[]) => {
    const left = [...answers]
    server.answer = (request) => (request.kind === kind ? left.shift() : undefined) ?? 'ok'
  }

  beforeEach(async () => {
    server = await TdsServer.start(encrypted ? certificate : undefined)
    connection = DatabaseConnection.open(settings())
  })
  afterEach(async () => {
    await Promise.all([connection.close(), server.stop()])
  })

  it('asks, and gets rows', async () => {
    server.answer = () => 'row'
    const { rows } = await sql`select 1 as one`.execute(connection.db)
    expect(rows).toEqual([{ one: 1 }])
  })

  describe('of what is changed', () => {
    const changing = (db = connection.db) =>
      db.updateTable('AsyncSchema.PaymentRun').set({ LastKey: 1 }).where('RunId', '=', 'x')
    const one = (db = connection.db) => changing(db).executeTakeFirst()
    const two = (db = connection.db) => connection.dialect.batch(db, [changing(db), changing(db)])
    const uncounted = { message: 'the server does not say how many rows it changed' }

    it('has each text counted', async () => {
      expect(await one()).toEqual({ numUpdatedRows: 1n })
      expect(await connection.transaction(one)).toEqual({ numUpdatedRows: 1n })
      const queries = server.requests.filter(({ kind }) => kind === 'query')
      const texts = queries.map(({ text }) => text.replaceAll('\0', ''))
      expect(texts.filter((text) => !text.includes('set nocount off; update'))).toEqual([])
    })

    it('takes no missing count for none', async () => {
      server.answer = () => 'uncounted'
      await expect(one()).rejects.toMatchObject(uncounted)
    })

    it('takes no missing count for none in a transaction', async () => {
      server.answer = ({ kind }) => (kind === 'query' ? 'uncounted' : 'ok')
      await expect(connection.transaction(one)).rejects.toMatchObject(uncounted)
    })

    it('takes no one count for that of two statements', async () => {
      await expect(two()).rejects.toMatchObject(uncounted)
      await expect(connection.transaction(two)).rejects.toMatchObject(uncounted)
    })
  })

  it('that nobody answered at first is made as soon as somebody does', async () => {
    await server.stop()
    await expect(ask()).rejects.toMatchObject({ name: 'SqlServerError', code: 'ESOCKET' })
    await expect(ask()).rejects.toMatchObject({ code: 'ESOCKET' })
    await server.start()
    await ask()
  })

  it('is made anew when the server went away and came back', async () => {
    await Promise.all([ask(), ask(), ask()])
    const before = server.connections
    await server.stop()
    await expect(ask()).rejects.toMatchObject({ name: 'SqlServerError' })
    await server.start()
    await Promise.all([ask(), ask(), ask()])
    expect(server.connections).toBeGreaterThan(before)
  })

  it('is not waited for any longer than it may take', async () => {
    await reopen(impatient)
    server.greets = false
    await expect(ask()).rejects.toMatchObject({ name: 'SqlServerError', code: 'ETIMEOUT' })
    server.greets = true
    await ask()
  })

  it('waits for an answer no longer than it may take, and asks again on another one', async () => {
    await reopen(impatient)
    answering('query', 'silence')
    await ask()
    expect(asked()).toEqual(['query', 'query'])
    expect(new Set(server.requests.map((request) => request.connection)).size).toBe(2)
  })

  it('is made anew when this one leads to a server that only reads', async () => {
    await ask()
    const before = server.connections
    answering('query', { error: 3906 })
    await ask()
    expect(server.connections).toBeGreaterThan(before)
    expect(server.requests.at(-1)?.connection).toBe(server.connections)
  })

  describe('asked for one thing', () => {
    const write = () => sql`update x`.execute(connection.db)

    it.each<[string, TdsAnswer]>([
      ['a reset', 'reset'],
      ['the end of the connection', 'close'],
      ['a deadlock', { aborts: 1205 }],
      ['a failure of the service', { error: 40197 }],
    ])('asks it again after %s, whatever came of it', async (__, answer) => {
      answering('query', answer, answer)
      await write()
      expect(asked()).toEqual(['query', 'query', 'query'])
    })

    it.each([547, 2627, 229])('does not ask it again after %i', async (error) => {
      answering('query', { error })
      await expect(write()).rejects.toMatchObject({ number: error })
      expect(asked()).toEqual(['query'])
    })

    it('gives up after a few times', async () => {
      server.answer = () => 'close'
      await expect(write()).rejects.toMatchObject({ name: 'SqlServerError', code: expect.any(String) })
      expect(asked()).toHaveLength(4)
    })
  })

  it('is one of so many at most, and who gets none is told so', async () => {
    await reopen({ ...impatient, DATABASE_POOL_SIZE: '2' })
    server.answer = ({ kind }) => (kind === 'query' ? 'silence' : 'ok')
    const all = await Promise.allSettled([ask(), ask(), ask(), ask()])
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'rejected'])
    expect(server.open).toBeLessThanOrEqual(2)
  })

  it('closes while it is being made, and while something is asked', async () => {
    await reopen(impatient)
    server.greets = false
    const one = ask().catch(() => 'failed')
    await connection.close()
    expect(await one).toBe('failed')
  })

  describe('in a transaction', () => {
    const work = () => connection.transaction((db) => sql`update x`.execute(db))

    it('commits', async () => {
      await work()
      expect(asked()).toEqual(['begin', 'query', 'commit'])
    })

    it('runs the whole of it again after a deadlock', async () => {
      let runs = 0
      answering('query', 'ok', { aborts: 1205 })
      await unitOfWork().run(message, async ({ db }) => {
        runs++
        // What was kept until now, that the message is done, goes with the first question.
        await sql`select x`.execute(db)
        await sql`update x`.execute(db)
      })
      expect(runs).toBe(2)
      // The second time, the end of the message goes ahead of the commit.
      expect(asked()).toEqual([
        ...['begin', 'query', 'query'],
        ...['begin', 'query', 'query', 'query', 'commit'],
      ])
      expect(server.requests[1]?.text).toMatch(/AsyncSchema.*select x/)
    })

    it('gives up after a few deadlocks', async () => {
      server.answer = ({ kind }) => (kind === 'query' ? { aborts: 1205 } : 'ok')
      await expect(work()).rejects.toMatchObject({ number: 1205 })
      expect(asked().filter((kind) => kind === 'begin')).toHaveLength(4)
      expect(asked()).not.toContain('commit')
    })

    it.each(['reset', 'close'] as const)(
      'runs it again after a %s of the connection before the commit',
      async (answer) => {
        answering('query', answer)
        await work()
        answering('begin', answer)
        await work()
        expect(asked()).toEqual([
          ...['begin', 'query', 'begin', 'query', 'commit'],
          ...['begin', 'begin', 'query', 'commit'],
        ])
      },
    )

    it('runs it again when the connection was lost before the commit could be sent', async () => {
      let runs = 0
      await connection.transaction(async (db) => {
        await sql`update x`.execute(db)
        if (++runs > 1) return
        const lost = server.open
        server.disconnect()
        await until('the client has noticed', () => server.open < lost)
      })
      expect(asked()).toEqual(['begin', 'query', 'begin', 'query', 'commit'])
    })

    it.each<[string, TdsAnswer]>([
      ['reset', 'reset'],
      ['the end of the connection', 'close'],
      ['silent', 'silence'],
      ['a deadlock', { aborts: 1205 }],
      ['a failure of the service', { error: 40197 }],
    ])('does not run it again when the answer to the commit is %s', async (_, answer) => {
      await reopen(impatient)
      answering('commit', answer)
      await expect(work()).rejects.toMatchObject({ name: 'CommitUncertain' })
      expect(asked().filter((kind) => kind === 'begin')).toHaveLength(1)
      await work()
    })

    it('does not run it again when it fails for good, and rolls back', async () => {
      answering('query', { error: 547 })
      await expect(work()).rejects.toMatchObject({ number: 547 })
      expect(asked()).toEqual(['begin', 'query', 'rollback'])
    })

    it('that the server has ended goes no further, whoever passes over the error', async () => {
      answering('query', { aborts: 2627 })
      const passing = connection.transaction(async (db) => {
        await sql`insert x`.execute(db).catch(() => undefined)
        await sql`update x`.execute(db)
      })
      await expect(passing).rejects.toMatchObject({ name: 'SqlServerError' })
      expect(asked()).toEqual(['begin', 'query'])
      await work()
    })

    it('in which nothing is sent is not even begun', async () => {
      await connection.transaction(() => Promise.resolve())
      expect(asked()).toEqual([])
    })

    it('gives its connection back, however it ends', async () => {
      await reopen({ ...impatient, DATABASE_POOL_SIZE: '1' })
      for (const answer of ['reset', 'close', 'silence', { error: 547 }, { aborts: 1205 }] as const) {
        for (const kind of ['begin', 'query', 'commit']) {
          answering(kind, answer)
          await work().catch(() => undefined)
        }
        answering('rollback', answer)
        await connection
          .transaction(async () => {
            await Promise.reject(new Error('the work failed'))
          })
          .catch(() => undefined)
      }
      server.answer = () => 'ok'
      await work()
    })
  })

  describe('in a transaction in which nothing is asked', () => {
    const work = () => unitOfWork().finish(message)
    /** Of the commit, in the text of this work: a line for each statement, and one for what is in it in brackets. */
    let lastLine = 0
    beforeEach(async () => {
      await work()
      lastLine = (server.requests[0]?.text.split(';').length ?? 0) + 1
      server.requests.length = 0
    })

    it('sends it once, from its beginning to its commit', async () => {
      await work()
      expect(asked()).toEqual(['whole'])
      expect(server.requests[0]?.text).toMatch(/set xact_abort on;begin transaction;.*;commit/)
    })

    it('knows it done where it changes nothing that it must change', async () => {
      answering('whole', { error: 55_000 })
      expect(await unitOfWork().run(message, () => Promise.resolve())).toBe(false)
      expect(asked()).toEqual(['whole'])
    })

    it('knows it done where a copy has done it at the same moment, and fails where nobody has', async () => {
      const both = async (done: TdsAnswer) => {
        server.answer = ({ kind }) => (kind === 'whole' ? { error: 2627, line: 4 } : done)
        return unitOfWork().run(message, () => Promise.resolve())
      }
      expect(await both('row')).toBe(false)
      await expect(both('ok')).rejects.toMatchObject({ number: 2627 })
      expect(asked()).toEqual(['whole', 'query', 'whole', 'query'])
    })

    it('fails with what the statement says that changed nothing, and not with the one before', async () => {
      answering('whole', { error: 55_001 })
      const refused = unitOfWork().run(message, (unit) =>
        unit.batch([
          orElse({ compile: () => sql`update x`.compile(unit.db) }, () => new Error('changed meanwhile')),
        ]),
      )
      await expect(refused).rejects.toThrow('changed meanwhile')
    })

    it.each<[string, TdsAnswer]>([
      ['a deadlock', { aborts: 1205 }],
      ['a failure of the service before its end', { error: 40197, line: 4 }],
    ])('runs it again after %s', async (_, answer) => {
      answering('whole', answer)
      await work()
      expect(asked()).toEqual(['whole', 'whole'])
    })

    it('does not run it again when it fails for good', async () => {
      answering('whole', { error: 547, line: 4 })
      await expect(work()).rejects.toMatchObject({ name: 'SqlServerError', number: 547 })
      expect(asked()).toEqual(['whole'])
    })

    it.each<[string, () => TdsAnswer]>([
      ['is a reset', () => 'reset'],
      ['does not come', () => 'silence'],
      ['is a failure of the commit', () => ({ error: 40197, line: lastLine })],
      ['is a failure in no line', () => ({ error: 266, line: 0 })],
      ['is the end of the connection', () => ({ error: 596, line: 4, severity: 21 })],
    ])('does not run it again when the answer %s', async (_, answer) => {
      await reopen(impatient)
      answering('whole', answer())
      await expect(work()).rejects.toMatchObject({ name: 'CommitUncertain' })
      expect(asked()).toEqual(['whole'])
      await work()
    })

    it('runs it again when no connection was to be had', async () => {
      await reopen({ ...impatient, DATABASE_POOL_SIZE: '1' })
      await server.stop()
      const later = work()
      await server.start()
      await later
      expect(asked()).toEqual(['whole'])
    })

    it('never gives back a connection that is in the middle of it', async () => {
      await reopen({ ...impatient, DATABASE_POOL_SIZE: '1' })
      for (const answer of ['half', 'silence', 'reset', { error: 547 }, { aborts: 1205 }] as const) {
        answering('whole', answer)
        await work().catch(() => undefined)
      }
      const before = server.connections
      answering('whole', 'half')
      await work().catch(() => undefined)
      await work()
      expect(server.connections).toBe(before + 1)
      expect(server.requests.at(-1)?.connection).toBe(server.connections)
    })
  })
})
