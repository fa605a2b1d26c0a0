import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { SystemClock } from '#shared/clock'
import { DatabaseConnection, databaseSettings, Inbox, orElse, UnitOfWork } from '#shared/database'
import { TdsServer, type TdsAnswer } from './support/tds-server.js'

// Node's own errors, of sockets, are not of the class that Jest gives to the code it runs.
Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, value: unknown) {
    if (this === Error) return Object.prototype.toString.call(value) === '[object Error]'
    return Function.prototype[Symbol.hasInstance].call(this, value)
  },
})

const message = { id: 'ExtSchema.Task.3.1', consumer: 'complete-claim' }

/** The connection to SQL Server, against a server that says of it only what matters here. */
describe('a connection to SQL Server', () => {
  let server: TdsServer
  let connection: DatabaseConnection
  const settings = (env: object = {}) =>
    databaseSettings({
      APVS_DATABASE_SERVER: `127.0.0.1,${server.port}`,
      APVS_DATABASE: 'hwpv',
      APVS_ASYNC_WORKER_USERNAME: 'worker',
      APVS_ASYNC_WORKER_PASSWORD: 'secret',
      DATABASE_ENCRYPT: 'false',
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
    server = await TdsServer.start()
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

  it('gives up on an answer that does not come, and the next question is asked on another one', async () => {
    await reopen(impatient)
    answering('query', 'silence')
    await expect(ask()).rejects.toMatchObject({ name: 'SqlServerError', code: 'ETIMEOUT' })
    const before = server.connections
    await ask()
    expect(server.connections).toBe(before + 1)
  })

  it('is made anew when this one leads to a server that only reads', async () => {
    await ask()
    const before = server.connections
    answering('query', { error: 3906 })
    await expect(ask()).rejects.toMatchObject({ number: 3906 })
    await ask()
    expect(server.connections).toBeGreaterThan(before)
    expect(server.requests.at(-1)?.connection).toBe(server.connections)
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

    it('runs it again when the connection was reset before the commit', async () => {
      answering('query', 'reset')
      await work()
      expect(asked()).toEqual(['begin', 'query', 'begin', 'query', 'commit'])
    })

    it.each<[string, TdsAnswer]>([
      ['reset', 'reset'],
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
      for (const answer of ['reset', 'silence', { error: 547 }, { aborts: 1205 }] as const) {
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
