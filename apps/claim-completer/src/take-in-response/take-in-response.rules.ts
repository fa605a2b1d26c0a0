import {
  type ClaimEventDetails,
  bankDetailsRequests,
  claimEvent,
  claimStatus,
  isUndecided,
  sameStatus,
  waitingStatuses,
} from '#shared/claims'
import { sameText } from '#shared/contracts'
import type { Row } from '#shared/database'

/** What is known of a claim whose claimant has answered. */
export interface AnsweredClaim {
  readonly status: string
  /** A caseworker has looked at it before. */
  readonly isReviewed: boolean
  /** It has been approved or paid before, or a payment run is about to pay it. */
  readonly isApprovedOrPaid: boolean
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

/**
 * Where the claim goes on: back to a caseworker, or as if it had just come; undefined where its status stays, for it was
 * decided or paid meanwhile. One that waits for its claimant has been opened again by whoever asked; with a payment
 * behind it, it goes to a caseworker.
 */
export function statusAfter({ status, isReviewed, isApprovedOrPaid }: AnsweredClaim) {
  const waits = waitingStatuses.some((waiting) => sameStatus(status, waiting))
  if (!isUndecided(status) || (isApprovedOrPaid && !waits)) return undefined
  return isReviewed || isApprovedOrPaid ? claimStatus.updated : claimStatus.new
}

/**
 * Whether bank details that came were asked for. The web app takes them only of a claim that waits for them, so that once
 * the claim has moved on, they are their own proof, unless the last thing asked for is known to be another.
 * @param events what was asked for and answered of the claim, the newest first
 */
export function wasAskedForBankDetail({ status }: AnsweredClaim, events: readonly string[]): boolean {
  if (sameStatus(status, claimStatus.requestInfoPayment)) return true
  const lastOfBank = events.find((event) => isBankRequest(event) || isBankAnswer(event))
  if (lastOfBank !== undefined && isBankRequest(lastOfBank)) return true
  const movedOn = !isUndecided(status) || sameStatus(status, claimStatus.updated)
  const lastRequest = events.find((event) => !isBankAnswer(event))
  return movedOn && (lastRequest === undefined || isBankRequest(lastRequest))
}

/** The events that say what was asked for, and that bank details came. */
export const requestEvents: readonly string[] = [
  claimEvent.requestInformation,
  ...bankDetailsRequests,
  claimEvent.bankDetailsUpdated,
]

const isBankRequest = (event: string) => bankDetailsRequests.some((request) => sameText(request, event))
const isBankAnswer = (event: string) => sameText(event, claimEvent.bankDetailsUpdated)

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
