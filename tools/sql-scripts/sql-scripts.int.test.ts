import { describe, expect, it } from 'vitest'
import { MssqlAdapter } from 'kysely'
import { recordedDdl } from './recorded-ddl.js'
import { sqlScripts } from './scripts.js'

const scripts = await sqlScripts()

describe('the scripts for SQL Server', () => {
  it('never touch what belongs to the web apps, but for the indexes of their owner', () => {
    for (const [name, text] of scripts) {
      if (name.startsWith('archive-')) continue
      const changes = text.match(/\b(?:create|alter|drop) (?:unique )?(?:table|index|schema)[^;]*/g) ?? []
      for (const change of changes) {
        const isOwners = name === 'web-app-indexes.sql' && /^create index /.test(change)
        expect(isOwners || !/"(?:Ext|Int)Schema"/.test(change)).toBe(true)
      }
    }
  })

  it('make each table and index only where it is not there', () => {
    for (const [name, text] of scripts) {
      // What stands in a block stands under its condition.
      const outside = text.replace(/\nbegin\n[^]*?\nend;/g, '')
      for (const line of outside.split('\n'))
        if (/\b(?:create|alter) /.test(line)) expect(`${name}: ${line}`).toMatch(/: (?:if |-- )/)
    }
  })

  it('wait for the migrator, and it for them: by its own lock', async () => {
    const [lock = ''] = await recordedDdl((db) =>
      new MssqlAdapter().acquireMigrationLock(db, undefined as never),
    )
    const names = (text: string) => text.match(/@(?:DbPrincipal|Resource|LockMode) = '\w+'/g)
    expect(names(lock)).toHaveLength(3)
    for (const [name, text] of scripts) if (/^\d/.test(name)) expect(names(text)).toEqual(names(lock))
  })

  it('are one transaction each', () => {
    for (const text of scripts.values()) {
      expect(text.match(/^begin transaction;$/gm)).toHaveLength(1)
      expect(text.match(/^commit transaction;$/gm)).toHaveLength(1)
      expect(text).toContain('set xact_abort on;')
    }
  })
})
