import { Injectable } from '@nestjs/common'
import { sql, type Kysely, type SqlBool } from 'kysely'
import {
  answer,
  deleteExternalClaims,
  deleteExternalEligibilities,
  isOpen,
  isUnderWay,
  type EligibilityRef,
} from '#shared/claims'
import { fromLondon, toLondon, type LocalTime } from '#shared/clock'
import { taskStatus } from '#shared/contracts'
import { DatabaseConnection, type Database } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { pageSize } from '#shared/jobs'
import { TemporaryFailure } from '#shared/messaging'
import type { Belongings, Going, HandOver, OldDocument } from './clean-up-external-data.rules.js'

type Db = Kysely<Database>

const eligibilityColumns = ['EligibilityId as eligibilityId', 'Reference as reference'] as const
const claimColumns = ['ClaimId as claimId', ...eligibilityColumns] as const

/** What takes rows of the external schema in: while it waits, or has failed and was not dealt with, they stay. */
const handedOver = [{ task: 'COMPLETE-CLAIM' }, answer] as const

/** No run lasts longer: what it has tried later than that was tried by a clock that was wrong. */
const longestRunMs = 86_400_000

/** Few enough to be the parameters of one statement of SQL Server. */
const idsAtOnce = 1_000

/** What was begun in the external schema long ago and never finished. */
@Injectable()
export class OldExternalData {
  constructor(private readonly connection: DatabaseConnection) {}

  /** A page of eligibilities created before a time. */
  eligibilities(db: Db, after: number, before: LocalTime): Promise<EligibilityRef[]> {
    const query = db
      .selectFrom('ExtSchema.Eligibility')
      .select(eligibilityColumns)
      .where('EligibilityId', '>', after)
      .where('DateCreated', '<', before)
      .orderBy('EligibilityId')
    return this.connection.dialect.first(query, pageSize).execute()
  }

  /** A page of claims created before a time. */
  claims(db: Db, after: number, before: LocalTime): Promise<ClaimRef[]> {
    const query = db
      .selectFrom('ExtSchema.Claim')
      .select(claimColumns)
      .where('ClaimId', '>', after)
      .where('DateCreated', '<', before)
      .orderBy('ClaimId')
    return this.connection.dialect.first(query, pageSize).execute()
  }

  /** How many such claims stay, for they were handed over and nobody has taken them in. */
  async countHandedOver(db: Db, before: LocalTime): Promise<number> {
    const { count } = await db
      .selectFrom('ExtSchema.Claim as c')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('c.DateCreated', '<', before)
      .where(isUnderWay(db, 'c.ClaimId', handedOver))
      .executeTakeFirstOrThrow()
    return count
  }

  /** A page of documents submitted before a time or remembered; not those that this run has tried already. */
  documents(db: Db, after: number, before: LocalTime, runStarted: LocalTime): Promise<OldDocument[]> {
    const runOver = toLondon(new Date(fromLondon(runStarted).getTime() + longestRunMs))
    const query = db
      .selectFrom('ExtSchema.ClaimDocument as d')
      .leftJoin('AsyncSchema.FileToDelete as f', 'f.ClaimDocumentId', 'd.ClaimDocumentId')
      .select(['d.ClaimDocumentId as documentId', 'd.ClaimId as claimId', 'd.Filepath as path'])
      .select(['d.EligibilityId as eligibilityId', 'd.Reference as reference'])
      .where('d.ClaimDocumentId', '>', after)
      .where((row) =>
        row.or([
          row.and([row('d.DateSubmitted', '<', before), row('f.DateFailed', 'is', null)]),
          row('f.DateFailed', '<', runStarted),
          row('f.DateFailed', '>', runOver),
        ]),
      )
      .orderBy('d.ClaimDocumentId')
    return this.connection.dialect.first(query, pageSize).execute()
  }

  /** Everything of a page's eligibilities, disabled documents included. */
  async belongings(db: Db, eligibilities: readonly EligibilityRef[]): Promise<Belongings> {
    const documents = await db
      .selectFrom('ExtSchema.ClaimDocument')
      .select(['ClaimDocumentId as documentId', 'Filepath as path', ...claimColumns])
      .where('Reference', 'in', referencesOf(eligibilities))
      .where('EligibilityId', 'in', idsOf(eligibilities))
      .execute()
    return { documents, ...(await this.claimsNow(db, eligibilities)) }
  }

  /** The same without the documents. In a transaction the claims are its own from then on: nobody submits one. */
  async claimsNow(db: Db, eligibilities: readonly EligibilityRef[]): Promise<Omit<Belongings, 'documents'>> {
    const claims = await db
      .selectFrom(this.connection.dialect.holding('ExtSchema.Claim', 'c'))
      .select(['c.ClaimId as claimId', 'c.EligibilityId as eligibilityId', 'c.Reference as reference'])
      .where('c.Reference', 'in', referencesOf(eligibilities))
      .where('c.EligibilityId', 'in', idsOf(eligibilities))
      .execute()
    return { claims, handOvers: await this.handOvers(db, eligibilities) }
  }

  /** What was handed over of eligibilities and is not at its end: of what failed, that which has its rows here. */
  handOvers(db: Db, eligibilities: readonly EligibilityRef[]): Promise<HandOver[]> {
    const failed = sql<SqlBool>`(${sql.join(
      handedOver.map((same) => isOpen('ExtSchema', same)),
      sql` or `,
    )})`
    return db
      .selectFrom('ExtSchema.Task as t')
      .select(['t.EligibilityId as eligibilityId', 't.ClaimId as claimId'])
      .where('t.Reference', 'in', referencesOf(eligibilities))
      .where((task) => task.or([task('t.Status', 'in', [taskStatus.pending, taskStatus.inProgress]), failed]))
      .execute()
  }

  /**
   * Deletes rows, and those of documents only where their files are gone: what failed is remembered, to be tried
   * again the next day.
   * @throws TemporaryFailure where a claim has been begun for one of the eligibilities: it needs it
   */
  async delete(work: Work, { eligibilities, claims, documents }: Going, failed: ReadonlySet<number>) {
    for (const some of pagesOf(claims, pageSize)) await work.batch(deleteExternalClaims(work.db, some))
    await work.batch(deleteExternalEligibilities(work.db, eligibilities))
    if (await this.isClaimedBy(work.db, eligibilities)) throw new TemporaryFailure('claim-begun-meanwhile')
    await this.deleteDocuments(work, documents, failed)
  }

  private async isClaimedBy(db: Db, eligibilities: readonly EligibilityRef[]): Promise<boolean> {
    if (!eligibilities.length) return false
    const claims = db
      .selectFrom('ExtSchema.Claim')
      .select('ClaimId')
      .where('Reference', 'in', referencesOf(eligibilities))
      .where('EligibilityId', 'in', idsOf(eligibilities))
    return (await this.connection.dialect.first(claims, 1).executeTakeFirst()) !== undefined
  }

  /** @returns how many documents went */
  async deleteDocuments(
    work: Work,
    documents: readonly OldDocument[],
    failed: ReadonlySet<number>,
  ): Promise<number> {
    const ids = documents.map(({ documentId }) => documentId)
    const gone = ids.filter((id) => !failed.has(id))
    for (const some of pagesOf(gone, idsAtOnce))
      await work.db
        .deleteFrom('ExtSchema.ClaimDocument')
        .where('ClaimDocumentId', 'in', some)
        // An answer may come between the look at the tasks and this.
        .where((row) =>
          row.or([
            row('ClaimId', 'is', null),
            row.not(isUnderWay(work.db, 'ExtSchema.ClaimDocument.ClaimId', handedOver)),
          ]),
        )
        .execute()
    await this.forget(work)
    await this.remember(
      work,
      ids.filter((id) => failed.has(id)),
    )
    return gone.length
  }

  /** What is remembered goes with the document's row, whoever deleted it. */
  private async forget({ db }: Work): Promise<void> {
    const itsDocument = db
      .selectFrom('ExtSchema.ClaimDocument as d')
      .select('d.ClaimDocumentId')
      .where('d.ClaimDocumentId', '=', sql.ref<number>('AsyncSchema.FileToDelete.ClaimDocumentId'))
    await db
      .deleteFrom('AsyncSchema.FileToDelete')
      .where((eb) => eb.not(eb.exists(itsDocument)))
      .execute()
  }

  private async remember({ db, now }: Work, ids: readonly number[]): Promise<void> {
    for (const some of pagesOf(ids, idsAtOnce)) {
      await db.deleteFrom('AsyncSchema.FileToDelete').where('ClaimDocumentId', 'in', some).execute()
      const rows = some.map((ClaimDocumentId) => ({ ClaimDocumentId, DateFailed: now }))
      await db.insertInto('AsyncSchema.FileToDelete').values(rows).execute()
    }
  }
}

const referencesOf = (rows: readonly EligibilityRef[]) => [...new Set(rows.map(({ reference }) => reference))]
const idsOf = (rows: readonly EligibilityRef[]) => [
  ...new Set(rows.map(({ eligibilityId }) => eligibilityId)),
]

function* pagesOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
