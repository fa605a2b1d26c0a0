import { Injectable } from '@nestjs/common'
import type { EligibilityRef } from '#shared/claims'
import type { LocalTime } from '#shared/clock'
import { DatabaseConnection } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'
import { StoredFiles } from '#shared/documents'
import { cutOff, type AnyJobStage, type JobProgress, type JobStage } from '#shared/jobs'
import { isHandedOver, whatGoes, type Going, type OldDocument } from './clean-up-external-data.rules.js'
import { OldExternalData } from './old-external-data.repository.js'

/** What a page's files were deleted of, before its rows are. */
interface FilesDeleted {
  readonly eligibilities: readonly EligibilityRef[]
  readonly going: Going
  /** The documents whose files are still there. */
  readonly failed: ReadonlySet<number>
}

/**
 * The three lists of the clean-up, in their order. A page's files go first: a row that stays behind finds its file
 * again, or finds it gone, which counts as deleted; a file without a row would stay for ever.
 */
@Injectable()
export class CleanUpStages {
  constructor(
    private readonly connection: DatabaseConnection,
    private readonly data: OldExternalData,
    private readonly files: StoredFiles,
  ) {}

  /** @param days how old what goes must be, in whole days */
  of(run: JobProgress, days: number): readonly AnyJobStage[] {
    const before = cutOff(run, days)
    return [this.eligibilities(before), this.claims(before), this.documents(before, run.started)]
  }

  private eligibilities(before: LocalTime): JobStage<EligibilityRef, FilesDeleted> {
    return {
      keyOf: ({ eligibilityId }) => eligibilityId,
      read: (db, after) => this.data.eligibilities(db, after, before),
      outside: (page, signal) => this.deleteFiles(page, () => true, signal),
      change: async (work, _, deleted) => (await this.deleteRows(work, deleted)).eligibilities.length,
    }
  }

  private claims(before: LocalTime): JobStage<ClaimRef, FilesDeleted> {
    return {
      keyOf: ({ claimId }) => claimId,
      read: (db, after) => this.data.claims(db, after, before),
      passedOver: (db) => this.data.countHandedOver(db, before),
      outside: (page, signal) => this.deleteFiles(page, isAmong(page), signal),
      change: async (work, _, deleted) => (await this.deleteRows(work, deleted)).claims.length,
    }
  }

  private documents(before: LocalTime, runStarted: LocalTime): JobStage<OldDocument, ReadonlySet<number>> {
    return {
      keyOf: ({ documentId }) => documentId,
      read: (db, after) => this.data.documents(db, after, before, runStarted),
      outside: async (page, signal) => {
        const handOvers = await this.data.handOvers(this.connection.db, page)
        return this.deleteFilesOf(
          page.filter((document) => !isHandedOver(document, handOvers)),
          signal,
        )
      },
      change: async (work, page, failed = new Set()) => {
        const handOvers = await this.data.handOvers(work.db, page)
        const going = page.filter((document) => !isHandedOver(document, handOvers))
        return this.data.deleteDocuments(work, going, failed)
      },
    }
  }

  private async deleteFiles(
    eligibilities: readonly EligibilityRef[],
    isDue: (claim: ClaimRef) => boolean,
    signal: AbortSignal,
  ): Promise<FilesDeleted> {
    const belongings = await this.data.belongings(this.connection.db, eligibilities)
    const going = whatGoes(eligibilities, isDue, belongings)
    return { eligibilities, going, failed: await this.deleteFilesOf(going.documents, signal) }
  }

  private deleteFilesOf(
    documents: readonly OldDocument[],
    signal: AbortSignal,
  ): Promise<ReadonlySet<number>> {
    const files = documents.map(({ documentId, path }) => ({ id: documentId, path }))
    const rows = { place: 'documents', named: (documentId: number) => ({ documentId }) } as const
    return this.files.delete(files, rows, signal)
  }

  /** What was handed over since its files were deleted, or came since, stays. */
  private async deleteRows(work: Work, deleted: FilesDeleted | undefined): Promise<Going> {
    if (!deleted) return { eligibilities: [], claims: [], documents: [] }
    const { eligibilities, going, failed } = deleted
    const now = await this.data.claimsNow(work.db, eligibilities)
    const still = whatGoes(going.eligibilities, isAmong(going.claims), { ...now, documents: going.documents })
    await this.data.delete(work, still, failed)
    return still
  }
}

function isAmong(claims: readonly ClaimRef[]): (claim: ClaimRef) => boolean {
  const ids = new Set(claims.map(({ claimId }) => claimId))
  return ({ claimId }) => ids.has(claimId)
}
