import { Injectable } from '@nestjs/common'
import { textKey } from '#shared/contracts'
import { DatabaseConnection, type Row } from '#shared/database'
import { pageSize, type TakingStage } from '#shared/jobs'
import type { Work } from '#shared/unit-of-work'
import type { PrisonChange, StoredPrison } from './prison.js'

/** What came of an import. */
export interface TakenOver {
  readonly changed: number
  /** Of these. */
  readonly closed: number
  /** The names of those that could not be taken in. */
  readonly left: readonly string[]
}

interface FoundChange {
  readonly changeId: number
  readonly name: string
}

/** Rows inserted in one statement: few enough for SQL Server's parameters. */
const rowsAtOnce = 200

/** The prisons, and what imports are to change of them: `AsyncSchema.Prison` and `PrisonChange`. */
@Injectable()
export class PrisonChanges {
  constructor(private readonly connection: DatabaseConnection) {}

  async stored(): Promise<StoredPrison[]> {
    const rows = await this.connection.db.selectFrom('AsyncSchema.Prison').selectAll().execute()
    return rows.map(({ Name, DisplayName, Region, Postcode, DateClosed }) => ({
      ...{ name: Name, displayName: DisplayName, region: Region, postcode: Postcode },
      isClosed: DateClosed !== null,
    }))
  }

  /** Whether it was written down what an import changes. */
  async areThere(flowId: number): Promise<boolean> {
    const { db, dialect } = this.connection
    const found = db.selectFrom('AsyncSchema.PrisonChange').select('ChangeId').where('FlowId', '=', flowId)
    return (await dialect.first(found, 1).executeTakeFirst()) !== undefined
  }

  async record(work: Work, flowId: number, changes: readonly PrisonChange[]): Promise<void> {
    const rows = changes.map(({ name, displayName, region, postcode, isClosed }) => ({
      ...{ FlowId: flowId, Name: name, DisplayName: displayName, Region: region, Postcode: postcode },
      ...{ IsClosed: isClosed, IsTaken: false },
    }))
    const parts = Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, i) =>
      rows.slice(i * rowsAtOnce, (i + 1) * rowsAtOnce),
    )
    await work.batch(parts.map((part) => work.db.insertInto('AsyncSchema.PrisonChange').values(part)))
  }

  /** How many prisons an import closes, of how many that are open. */
  async closing(flowId: number): Promise<{ readonly removed: number; readonly of: number }> {
    const { db } = this.connection
    const closing = await db
      .selectFrom('AsyncSchema.PrisonChange')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('FlowId', '=', flowId)
      .where('IsClosed', '=', true)
      .executeTakeFirstOrThrow()
    const open = await db
      .selectFrom('AsyncSchema.Prison')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('DateClosed', 'is', null)
      .executeTakeFirstOrThrow()
    return { removed: Number(closing.count), of: Number(open.count) }
  }

  /** What an import changes, to be asked for page by page. */
  of(flowId: number): TakingStage<FoundChange> {
    const { dialect } = this.connection
    return {
      keyOf: ({ changeId }) => changeId,
      read(db, after) {
        const query = db
          .selectFrom('AsyncSchema.PrisonChange')
          .select(['ChangeId as changeId', 'Name as name'])
          .where('FlowId', '=', flowId)
          .where('ChangeId', '>', after)
          .orderBy('ChangeId')
        return dialect.first(query, pageSize).execute()
      },
      take: (_, changes) => Promise.resolve(changes),
    }
  }

  /** What a prison is to be; undefined where a later import has been taken over since. */
  async one(changeId: number): Promise<PrisonChange | undefined> {
    const row = await this.connection.db
      .selectFrom('AsyncSchema.PrisonChange')
      .selectAll()
      .where('ChangeId', '=', changeId)
      .executeTakeFirst()
    return row && changeOf(row)
  }

  /** A prison is taken in: it is taken over with all the others. */
  async take(work: Work, changeId: number): Promise<void> {
    await work.batch([
      work.db.updateTable('AsyncSchema.PrisonChange').set({ IsTaken: true }).where('ChangeId', '=', changeId),
    ])
  }

  /**
   * Takes over what an import has taken in, with nothing of it to be seen before all of it is. What earlier ones have left
   * behind is overtaken, and goes.
   */
  async takeOver(work: Work, flowId: number): Promise<TakenOver> {
    const { db } = work
    const rows = await db
      .selectFrom('AsyncSchema.PrisonChange')
      .selectAll()
      .where('FlowId', '=', flowId)
      .orderBy('ChangeId')
      .execute()
    const known = await db.selectFrom('AsyncSchema.Prison').select('Name').execute()
    const names = new Set(known.map(({ Name }) => textKey(Name)))
    const taken = rows.filter(({ IsTaken }) => IsTaken)
    await work.batch([
      ...taken.flatMap((row) => [
        names.has(textKey(row.Name)) ? changed(work, changeOf(row)) : added(work, changeOf(row)),
        // By its number: what is taken in meanwhile is for the next run.
        db.deleteFrom('AsyncSchema.PrisonChange').where('ChangeId', '=', row.ChangeId),
      ]),
      db.deleteFrom('AsyncSchema.PrisonChange').where('FlowId', '<', flowId),
    ])
    return {
      changed: taken.length,
      closed: taken.filter(({ IsClosed }) => IsClosed).length,
      left: rows.filter(({ IsTaken }) => !IsTaken).map(({ Name }) => Name),
    }
  }
}

const changeOf = (row: Row<'AsyncSchema.PrisonChange'>): PrisonChange => ({
  ...{ name: row.Name, displayName: row.DisplayName, region: row.Region, postcode: row.Postcode },
  isClosed: row.IsClosed,
})

const columnsOf = ({ now }: Work, { displayName, region, postcode, isClosed }: PrisonChange) => ({
  ...{ DisplayName: displayName, Region: region, Postcode: postcode },
  DateClosed: isClosed ? now : null,
})

const changed = (work: Work, change: PrisonChange) =>
  work.db.updateTable('AsyncSchema.Prison').set(columnsOf(work, change)).where('Name', '=', change.name)

const added = (work: Work, change: PrisonChange) =>
  work.db.insertInto('AsyncSchema.Prison').values({ Name: change.name, ...columnsOf(work, change) })
