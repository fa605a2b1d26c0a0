import type { ClaimEventDetails } from '#shared/claims'
import { claimEvent, claimStatus, sameStatus, sameText } from '#shared/contracts'
import type { Row } from '#shared/database'

/** What is known of a claim whose claimant has answered. */
export interface AnsweredClaim {
  readonly status: string
  /** A caseworker has looked at it before. */
  readonly isReviewed: boolean
  /** Personal data; null if the claim has no visitor. */
  readonly emailAddress: string | null
}

export type StoredDocument = Pick<
  Row<'IntSchema.ClaimDocument'>,
  'ClaimDocumentId' | 'ClaimExpenseId' | 'DocumentType' | 'DocumentStatus' | 'IsEnabled'
>

/** The documents of a claim and those of its eligibility with no claim, disabled ones included. */
export interface Documents {
  readonly external: readonly StoredDocument[]
  readonly internal: readonly StoredDocument[]
}

export interface DocumentChanges {
  /** What the claimant gave. */
  readonly arrived: readonly StoredDocument[]
  /** Those of them that the internal schema does not have yet. */
  readonly toCopy: readonly StoredDocument[]
  /** Internal ones that these replace. */
  readonly superseded: readonly StoredDocument[]
  /** Everything that waits outside. */
  readonly toDelete: readonly StoredDocument[]
}

/**
 * What becomes of documents when new ones come: pages that come together replace the old ones, not each other.
 * One that was taken in before and replaced since is nothing new. Domain: `tasks.md`,
 * REQUEST-INFORMATION-RESPONSE step 1.
 */
export function decideDocuments({ external, internal }: Documents): DocumentChanges {
  const inside = new Map(internal.map((document) => [document.ClaimDocumentId, document]))
  const arrived = external.filter(({ ClaimDocumentId, IsEnabled }) => {
    const takenInBefore = inside.get(ClaimDocumentId)
    return IsEnabled === true && (!takenInBefore || takenInBefore.IsEnabled === true)
  })
  const arrivedIds = new Set(arrived.map(({ ClaimDocumentId }) => ClaimDocumentId))
  return {
    arrived,
    toCopy: arrived.filter(({ ClaimDocumentId }) => !inside.has(ClaimDocumentId)),
    superseded: internal.filter(
      (old) =>
        old.IsEnabled === true &&
        !arrivedIds.has(old.ClaimDocumentId) &&
        arrived.some((document) => replaces(document, old)),
    ),
    toDelete: external,
  }
}

const replaces = (document: StoredDocument, old: StoredDocument): boolean =>
  sameText(document.DocumentType, old.DocumentType) && document.ClaimExpenseId === old.ClaimExpenseId

/** Where the claim goes on: back to the caseworker who asked, or as if it had just come. */
export const statusAfter = ({ isReviewed }: AnsweredClaim) =>
  isReviewed ? claimStatus.updated : claimStatus.new

/** Whether it was bank details that the claim waited for. */
export const waitedForBankDetail = ({ status }: AnsweredClaim): boolean =>
  sameStatus(status, claimStatus.requestInfoPayment)

/** What came with an answer. */
export interface Answer {
  readonly documents: Pick<DocumentChanges, 'arrived' | 'superseded'>
  readonly bankDetailUpdated: boolean
  /** As the claimant wrote it; blank or null if there is none. */
  readonly message: string | null
}

/** The events of an answer, in the order of the steps of `tasks.md`. */
export function eventsOf({ documents, bankDetailUpdated, message }: Answer): ClaimEventDetails[] {
  const { arrived, superseded } = documents
  return [
    ...superseded.filter(({ DocumentStatus }) => sameText(DocumentStatus, 'uploaded')).map(replaced),
    ...(bankDetailUpdated ? [{ event: claimEvent.bankDetailsUpdated }] : []),
    ...(arrived.length ? [{ event: claimEvent.updated, note: updateNote(arrived) }] : []),
    ...(message?.trim() ? [{ event: claimEvent.message, note: message, isInternal: false }] : []),
  ]
}

const replaced = ({ ClaimDocumentId, DocumentType }: StoredDocument): ClaimEventDetails => ({
  event: claimEvent.replacedDocument,
  claimDocumentId: ClaimDocumentId,
  note: `Replaced previous document ${DocumentType}`,
})

function updateNote(arrived: readonly StoredDocument[]): string {
  const lines = arrived.map(
    ({ DocumentType, DocumentStatus }) =>
      `<br /> - updated document ${DocumentType} with status ${DocumentStatus}`,
  )
  return `Claimant updated claim:<br />${lines.join('')}`
}
