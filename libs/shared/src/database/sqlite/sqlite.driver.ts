import type { Driver } from 'kysely'
import { OwnError } from '../../logging/index.js'
import type { OpenFile } from './open-file.js'
import type { OpenFiles } from './open-files.js'
import { SqliteConnection } from './sqlite.connection.js'

/** Kysely's way to a file of the embedded database. Its connections are as many as are asked for: they take turns. */
export class SqliteDriver implements Driver {
  private file: OpenFile | undefined
  private readonly idle: SqliteConnection[] = []

  constructor(
    private readonly path: string,
    private readonly files: OpenFiles,
  ) {}

  async init(): Promise<void> {
    this.file = await this.files.open(this.path)
  }

  // Kysely asks for promises.
  /* oxlint-disable typescript/require-await */
  async acquireConnection(): Promise<SqliteConnection> {
    if (!this.file) throw new OwnError('the embedded database is not open')
    return this.idle.pop() ?? new SqliteConnection(this.file)
  }

  async releaseConnection(connection: SqliteConnection): Promise<void> {
    this.idle.push(connection)
  }

  async beginTransaction(connection: SqliteConnection): Promise<void> {
    await connection.begin()
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.commit()
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    connection.rollback()
  }
  /* oxlint-enable typescript/require-await */

  async destroy(): Promise<void> {
    if (this.file) await this.files.close(this.path)
    this.file = undefined
  }
}
