import { Injectable } from '@nestjs/common'
import { sql, type Compilable, type Kysely } from 'kysely'
import { actualColumns, type Database } from '#shared/database'
import type { ClaimRef } from '#shared/unit-of-work'
import { Log, OwnError } from '#shared/logging'
import { PermanentFailure, TemporaryFailure } from '#shared/messaging'
import { ArchiveDatabase } from '../archive-database.js'
import { fitInto, hasUnknownColumn, isOurs, lackingIn, type Lacking } from './archive-claim.rules.js'
import { builtQuery, withValues } from './built-queries.js'
import {
  claimTables,
  countRows,
  isNumbered,
  isOfClaim,
  keyOf,
  readClaim,
  type AnyRow,
  type AskedDatabase,
  type ClaimRows,
  type ClaimTable,
} from './claim-tables.js'

/** SQL Server takes at most 2,100 parameters in one statement. */
const maxParameters = 2_000

class IncompleteCopy extends OwnError {}

/** The claims in the archive. */
@Injectable()
export class ArchivedClaims {
  constructor(
    private readonly archive: ArchiveDatabase,
    private readonly log: Log,
  ) {}

  async has(claimId: number): Promise<boolean> {
    const query = this.db.selectFrom('IntSchema.Claim').select('ClaimId').where('ClaimId', '=', claimId)
    return (await query.executeTakeFirst()) !== undefined
  }

  /**
   * Copies what the archive lacks of a claim, and counts it there, all or nothing. Repeating is safe.
   * @throws PermanentFailure `archive-key-taken` if a row's key belongs to another claim there, `unknown-column` if the
   *   claim has a value in a column that the archive has not got: then nothing is copied
   */
  async copy(claim: ClaimRef, stored: ClaimRows): Promise<void> {
    const { dialect } = this.archive.connection
    const rows = hasUnknownColumn(stored) ? await this.asThere(claim, stored) : stored
    try {
      await this.archive.connection.transaction(async (db) => {
        const archived = await readClaim({ db, dialect }, claim)
        const lacking = lackingIn(archived, rows, await this.firstFreeId(db, rows))
        await dialect.batch(
          db,
          lacking.flatMap((part) => writing({ db, dialect }, part)),
        )
        await checkCount({ db, dialect }, claim, archived, lacking)
      })
    } catch (error) {
      if (!dialect.isDuplicateKey(error)) {
        // The archive may lack a column that the code does know: then this says which.
        if (!(error instanceof IncompleteCopy)) await this.asThere(claim, stored)
        throw error
      }
      if (await this.isKeyTaken(claim, rows)) throw new PermanentFailure('archive-key-taken')
      // Somebody archives another claim of the eligibility at the same time.
      throw new TemporaryFailure('archive-changed-meanwhile')
    }
  }

  /**
   * The rows with the columns that the archive has. Its catalogue is asked where a row has one that the code does not
   * know, each time: columns come and go.
   */
  private async asThere({ reference, claimId }: ClaimRef, rows: ClaimRows): Promise<ClaimRows> {
    const { fitting, homeless } = fitInto(await actualColumns(this.archive.connection, claimTables), rows)
    for (const { table, column } of homeless)
      this.log.warn('the archive lacks a column of a claim', { table, column, reference, claimId })
    if (homeless.length) throw new PermanentFailure('unknown-column')
    return fitting
  }

  private get db(): Kysely<Database> {
    return this.archive.connection.db
  }

  /** The next free id for documents this project has numbered; nobody else takes one until the transaction ends. */
  private async firstFreeId(db: Kysely<Database>, rows: ClaimRows): Promise<number> {
    if (!rows['IntSchema.ClaimDocument'].some(isOurs)) return -1
    const { dialect } = this.archive.connection
    const next = dialect.nextNegativeId('IntSchema.ClaimDocument', 'ClaimDocumentId')
    const { id } = await db.selectNoFrom(next.as('id')).executeTakeFirstOrThrow()
    return id
  }

  private async isKeyTaken(claim: ClaimRef, rows: ClaimRows): Promise<boolean> {
    for (const table of claimTables.filter((name) => !isNumbered(name))) {
      const key = sql.ref<number>(keyOf(table))
      const own = new Set((await keysIn(this.db, table, isOfClaim(table, claim))).map(({ id }) => id))
      for (const row of rows[table] as readonly AnyRow[]) {
        const id = row[keyOf(table)] as number
        if (id < 0 || own.has(id)) continue
        if ((await keysIn(this.db, table, sql`${key} = ${id}`)).length) return true
      }
    }
    return false
  }
}

const keysIn = (db: Kysely<Database>, table: ClaimTable, which: ReturnType<typeof isOfClaim>) =>
  db
    .selectFrom(table)
    .select(sql.ref<number>(keyOf(table)).as('id'))
    .where(which)
    .execute()

/** The statements that write down what a table lacks. */
function writing({ db, dialect }: AskedDatabase, { table, insert, update }: Lacking): Compilable[] {
  const statements: Compilable[] = []
  const columns = Object.keys(insert[0] ?? [0])
  const perInsert = Math.floor(maxParameters / columns.length)
  for (let start = 0; start < insert.length; start += perInsert) {
    const rows = insert.slice(start, start + perInsert)
    const query = builtQuery(dialect, `insert ${rows.length} ${table} ${columns.join()}`, () =>
      db.insertInto(table).values(rows as never),
    )
    const values = rows.flatMap((row) => columns.map((column) => row[column]))
    statements.push({ compile: () => withValues(query, values) })
  }
  const key = keyOf(table)
  for (const { [key]: id, ...values } of update) {
    const query = db.updateTable(table).set(values as never)
    statements.push(query.where(sql.ref(key), '=', id))
  }
  return statements
}

/** @throws if the archive does not hold as many rows of the claim as it must */
async function checkCount(
  archive: AskedDatabase,
  claim: ClaimRef,
  archived: ClaimRows,
  lacking: readonly Lacking[],
): Promise<void> {
  const counted = await countRows(archive, claim)
  const inserted = new Map(lacking.map(({ table, insert }) => [table, insert.length]))
  for (const table of claimTables) {
    if (counted[table] !== archived[table].length + (inserted.get(table) ?? 0))
      throw new IncompleteCopy('the archive does not hold every row of the claim')
  }
}
