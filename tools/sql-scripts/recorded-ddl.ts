import {
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
} from 'kysely'
import type { Database } from '#shared/database'

/** The texts that something would send to SQL Server, all of which find nothing there yet. */
export async function recordedDdl(work: (db: Kysely<Database>) => Promise<unknown>): Promise<string[]> {
  const texts: string[] = []
  const connection: DatabaseConnection = {
    executeQuery({ sql, parameters }: CompiledQuery) {
      // A file has no place for them.
      if (parameters.length && !/^(insert|select)/.test(sql)) throw new Error(`has parameters: ${sql}`)
      texts.push(sql)
      return Promise.resolve({ rows: [] })
    },
    streamQuery: () => {
      throw new Error('not recorded')
    },
  }
  const nothing = () => Promise.resolve()
  const driver: Driver = {
    init: nothing,
    acquireConnection: () => Promise.resolve(connection),
    releaseConnection: nothing,
    beginTransaction: nothing,
    commitTransaction: nothing,
    rollbackTransaction: nothing,
    destroy: nothing,
  }
  const db = new Kysely<Database>({
    dialect: {
      createAdapter: () => new MssqlAdapter(),
      createDriver: () => driver,
      createIntrospector: (raw) => new MssqlIntrospector(raw),
      createQueryCompiler: () => new MssqlQueryCompiler(),
    },
  })
  await work(db)
  return texts
}
