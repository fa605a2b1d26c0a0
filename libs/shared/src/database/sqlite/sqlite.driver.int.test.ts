import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kysely, sql, type Transaction } from 'kysely'
import Libsql from 'libsql'
import { OpenFiles } from './open-files.js'
import { sqliteKysely } from './sqlite.dialect.js'

interface Tables {
  thing: { name: string }
}
type Work = (transaction: Transaction<Tables>) => Promise<unknown>

describe('the embedded database, used by several services of a process', () => {
  let folder: string
  let path: string
  let files: OpenFiles
  let users: Kysely<Tables>[]
  /** As another process sees it. */
  let outside: Libsql.Database

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sqlite-'))
    path = join(folder, 'test.sqlite')
    files = new OpenFiles()
    users = [1, 2].map(() => new Kysely<Tables>({ dialect: sqliteKysely(path, files) }))
    await sql`create table thing (name text primary key)`.execute(user(0))
    // Opened before they are used, they come in the order in which they are written here.
    await user(1).selectFrom('thing').selectAll().execute()
    outside = new Libsql(path)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await Promise.all(users.map((each) => each.destroy()))
    outside.close()
    rmSync(folder, { recursive: true })
  })

  const user = (i: number): Kysely<Tables> => users[i % users.length] as Kysely<Tables>
  const add = (db: Kysely<Tables>, name: string) => db.insertInto('thing').values({ name }).execute()
  const run = (i: number, work: Work) => user(i).transaction().execute(work)
  const names = () =>
    (outside.prepare('select name from thing order by name').all() as { name: string }[]).map(
      ({ name }) => name,
    )
  /** Counts what SQLite commits, and may have it fail. */
  function commits(onCommit: () => void = () => undefined): () => number {
    // oxlint-disable-next-line typescript/unbound-method -- called below with the `this` it belongs to
    const exec = Libsql.prototype.exec
    let count = 0
    vi.spyOn(Libsql.prototype, 'exec').mockImplementation(function (this: Libsql.Database, text: string) {
      if (text === 'commit') {
        count++
        onCommit()
      }
      return exec.call(this, text)
    })
    return () => count
  }

  it('commits transactions that wait for one another together, and tells none of them before', async () => {
    const count = commits()
    const seen = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (name, i) => {
        await run(i, (transaction) => add(transaction, name))
        return names()
      }),
    )
    expect(seen).toEqual(Array(4).fill(['a', 'b', 'c', 'd']))
    expect(count()).toBe(1)
    await Promise.all(Array.from({ length: 40 }, (_, i) => run(i, (transaction) => add(transaction, `${i}`))))
    expect(count()).toBe(1 + 3)
  })

  it('undoes in one what fails in it, wherever it stands, and keeps the others', async () => {
    const fail = (name: string) =>
      run(0, async (transaction) => {
        await add(transaction, name)
        throw new Error(`${name} fails`)
      })
    const ends = await Promise.allSettled([
      fail('first'),
      run(1, (transaction) => add(transaction, 'a')),
      fail('middle'),
      run(1, (transaction) => add(transaction, 'b')),
      run(0, (transaction) => add(transaction, 'a')),
      fail('last'),
    ])
    expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as Error).message : 'done'))).toEqual([
      'first fails',
      'done',
      'middle fails',
      'done',
      expect.stringContaining('UNIQUE constraint failed'),
      'last fails',
    ])
    expect(names()).toEqual(['a', 'b'])
    await run(0, (transaction) => add(transaction, 'c'))
    expect(names()).toEqual(['a', 'b', 'c'])
  })

  it('tells all of them where their commit fails, and goes on', async () => {
    let full = true
    commits(() => {
      if (full) throw Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' })
    })
    const ends = await Promise.allSettled(['a', 'b'].map((name, i) => run(i, (t) => add(t, name))))
    expect(ends.map((end) => end.status === 'rejected' && (end.reason as Error).message)).toEqual([
      'disk full',
      'disk full',
    ])
    expect(names()).toEqual([])
    full = false
    await run(0, (transaction) => add(transaction, 'c'))
    expect(names()).toEqual(['c'])
  })

  it('tells those before it where SQLite itself undoes everything', async () => {
    const ends = await Promise.allSettled([
      run(0, (transaction) => add(transaction, 'a')),
      run(1, async (transaction) => {
        await add(transaction, 'b')
        await sql`insert or rollback into thing (name) values ('b')`.execute(transaction)
      }),
      run(0, (transaction) => add(transaction, 'c')),
    ])
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(names()).toEqual(['c'])
  })

  it('keeps nothing of a transaction that goes on after SQLite has undone it', async () => {
    const goOn =
      (then: Work): Work =>
      async (transaction) => {
        const twice = sql`insert or rollback into thing (name) values ('x'), ('x')`
        await expect(twice.execute(transaction)).rejects.toThrow('UNIQUE')
        await then(transaction)
      }
    const undone = 'the embedded database has undone the transaction'
    const ends = await Promise.allSettled([
      run(
        0,
        goOn(() => Promise.resolve()),
      ),
      run(
        1,
        goOn((transaction) => add(transaction, 'a')),
      ),
      run(0, (transaction) => add(transaction, 'b')),
    ])
    expect(ends.map((end) => (end.status === 'rejected' ? (end.reason as Error).message : 'done'))).toEqual([
      undone,
      undone,
      'done',
    ])
    expect(names()).toEqual(['b'])
  })

  it('answers a lone query with nothing that is not committed', async () => {
    const writing = run(0, (transaction) => add(transaction, 'a'))
    const found = await user(1).selectFrom('thing').select('name').execute()
    expect(found.map(({ name }) => name)).toEqual(names())
    await writing
    await Promise.all([add(user(0), 'b'), add(user(1), 'c')])
    expect(names()).toEqual(['a', 'b', 'c'])
  })

  it.each([
    ['null', null],
    ['bytes', Buffer.from('ab')],
    ['a text', 'ab'],
  ])('takes %s where a statement has no other value', async (_, value) => {
    await add(user(0), 'one')
    const asked = await sql<{ same: number }>`select ${value} is null as same`.execute(user(0))
    expect(asked.rows).toEqual([{ same: Number(value === null) }])
    await sql`create table other (value)`.execute(user(0))
    await sql`insert into other values (${value})`.execute(user(0))
    const { rows } = await sql<{ type: string }>`select typeof(value) as type from other`.execute(user(0))
    expect(rows).toEqual([{ type: value === null ? 'null' : typeof value === 'string' ? 'text' : 'blob' }])
  })

  it('is not held by whoever has a connection and asks nothing', async () => {
    await user(0)
      .connection()
      .execute(async (held) => {
        await add(held, 'a')
        await run(1, (transaction) => add(transaction, 'b'))
        await add(held, 'c')
      })
    expect(names()).toEqual(['a', 'b', 'c'])
  })

  it('stays open until the last of them lets go of it', async () => {
    await user(0).destroy()
    await add(user(1), 'a')
    expect(names()).toEqual(['a'])
    await user(1).destroy()
    // The last connection of all takes the write-ahead log away as it closes.
    outside.close()
    outside = new Libsql(path)
    expect(names()).toEqual(['a'])
  })

  it('reads texts as they are, and what is no text of any kind ends no process', async () => {
    outside.exec(
      `insert into thing values ('plain'), ('Zoë 🚂'), (cast(x'5a6fff61f0' as text)), (x'ff00'), ('a' || char(0) || 'b')`,
    )
    const read = await user(0)
      .selectFrom('thing')
      .select('name')
      .orderBy(sql`rowid`)
      .execute()
    expect(read.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['plain', 'Zoë 🚂', 'Zo\udcffa\udcf0', 'a\0b']),
    )
    const ofAll = await user(0)
      .selectFrom('thing')
      .select(({ fn }) => [fn.countAll().as('count'), fn.max('name').as('last')])
      .executeTakeFirstOrThrow()
    expect(ofAll.count).toBe(5)
  })

  it('prepares a question for all columns once, until somebody changes a table', async () => {
    const prepare = vi.spyOn(Libsql.prototype, 'prepare')
    const ask = () => user(0).selectFrom('thing').selectAll().execute()
    await add(user(0), 'a')
    await ask()
    const before = prepare.mock.calls.length
    expect([await ask(), await ask()]).toEqual([[{ name: 'a' }], [{ name: 'a' }]])
    expect(prepare.mock.calls.length).toBe(before)
    outside.exec("alter table thing add column kind text; update thing set kind = 'Zoë'")
    expect([await ask(), await ask()]).toEqual(Array(2).fill([{ name: 'a', kind: 'Zoë' }]))
    expect(prepare.mock.calls.length).toBe(before + 2)
  })
})
