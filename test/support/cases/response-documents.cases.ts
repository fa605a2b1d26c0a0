import type { ClaimCase } from '../claim-cases.js'
import { approved, event } from '../claim-ends.js'
import { earlierClaimId, ofEligibility, previousClaim, rowId } from '../claim-rows.js'
import { add, both, edit } from '../row-sets.js'
import { document } from './claim-parts.js'
import {
  waitingClaim,
  takenIn,
  updated,
  lineOf,
  replaced,
  confirmation,
  confirmationOf,
  receiptOf,
  disable,
  outside,
  inside,
  noneOutside,
} from './response-parts.js'

function documentOfTheClaim(n: number): ClaimCase {
  const page = document(n, 3, confirmation)
  const given = waitingClaim(n)
  return {
    about: 'a document of the claim replaces the one it had',
    given: edit(given, outside(page)),
    expected: edit(takenIn(n, given, [replaced(n, confirmationOf(n)), updated(n, page)]), {
      'IntSchema.ClaimDocument': both(disable(confirmationOf(n)), add(page)),
    }),
  }
}

function documentsOfTheEligibility(n: number): ClaimCase {
  const ofNoClaim = { DocumentType: 'hc2', ClaimId: null }
  const pages = [document(n, 3, ofNoClaim), document(n, 4, { ...ofNoClaim, DocumentStatus: 'post-later' })]
  const old = [document(n, 5, ofNoClaim), document(n, 6, { DocumentType: 'HC2' })] as const
  // Of the claimant's other claims and another eligibility; those outside wait for an answer of their own.
  const otherClaim = previousClaim(n, 1, {})
  const others = inside(
    document(n, 7, { ...ofNoClaim, ClaimId: earlierClaimId(n) }),
    document(n, 8, { ...ofNoClaim, ClaimId: otherClaim.ClaimId }),
    document(n, 0, { ...ofNoClaim, IsEnabled: false }),
  )
  const otherEligibility = { EligibilityId: 1500 + n }
  const waiting = [
    document(n, 9, { ...ofNoClaim, ClaimId: otherClaim.ClaimId }),
    document(n + 1, 1, { ...ofNoClaim, ...ofEligibility(n), ...otherEligibility }),
    document(n + 1, 2, { ...ofNoClaim, ...ofEligibility(n), ClaimId: earlierClaimId(n), IsEnabled: false }),
  ]
  const given = edit(edit(waitingClaim(n), others), { 'IntSchema.Claim': add(otherClaim) })
  return {
    about: 'pages of an eligibility’s document replace old ones, not each other and no other claim’s',
    given: edit(edit(given, inside(...old)), outside(...pages, ...waiting)),
    expected: edit(takenIn(n, given, [...old.map((each) => replaced(n, each)), updated(n, ...pages)]), {
      'IntSchema.ClaimDocument': add(...old.map((each) => ({ ...each, IsEnabled: false })), ...pages),
      'ExtSchema.ClaimDocument': add(...waiting),
    }),
  }
}

/** The evidence that the benefit check asked for, of a claim nobody has reviewed: approval goes on. */
function evidenceUploaded(n: number): ClaimCase {
  const evidence = { DocumentType: 'income-support' }
  const page = document(n, 3, evidence)
  const asked = { ...document(n, 4, evidence), ClaimDocumentId: -n, DocumentStatus: 'upload-later' }
  const given = waitingClaim(n, { DateReviewed: null, Caseworker: null })
  const withEvidence = edit(takenIn(n, given, [updated(n, page)], 'NEW'), {
    'IntSchema.ClaimDocument': add({ ...asked, ClaimDocumentId: '@new-document-id', IsEnabled: false }, page),
  })
  return {
    about: 'evidence replaces what was to be uploaded later, and the claim is approved automatically',
    given: edit(edit(given, inside(asked)), outside(page)),
    expected: approved(n, withEvidence),
  }
}

function documentsOfExpenses(n: number): ClaimCase {
  const of = (k: number) => ({ ClaimExpenseId: rowId.expense(n, k) })
  const [receipt, orphan] = [document(n, 3, of(1)), document(n, 4, of(3))]
  const given = edit(waitingClaim(n), inside(document(n, 5, of(2)), document(n, 6, {})))
  return {
    about: 'a receipt replaces that of its expense; one of an expense that never arrived comes without it',
    given: edit(given, outside(receipt, orphan)),
    expected: edit(takenIn(n, given, [replaced(n, receiptOf(n)), updated(n, receipt, orphan)]), {
      'IntSchema.ClaimDocument': both(
        disable(receiptOf(n)),
        add(receipt, { ...orphan, ClaimExpenseId: null }),
      ),
    }),
  }
}

function disabledDocuments(n: number): ClaimCase {
  const given = waitingClaim(n)
  const disabled = { ...confirmation, IsEnabled: false }
  return {
    about: 'documents the claimant took back are deleted outside, and change nothing inside',
    given: edit(given, outside(document(n, 3, disabled), document(n, 4, { ...disabled, ClaimId: null }))),
    expected: edit(takenIn(n, given), noneOutside),
  }
}

function takenInBefore(n: number): ClaimCase {
  const page = document(n, 3, { DocumentType: 'hc2' })
  const replacedSince = document(n, 4, { DocumentType: 'payslip', IsEnabled: false })
  const since = document(n, 5, { DocumentType: 'payslip' })
  const given = edit(waitingClaim(n), inside({ ...page, Status: 'APPROVED' }, replacedSince, since))
  return {
    about: 'documents that are inside already are not copied again, and do not replace what came since',
    given: edit(given, outside(page, { ...replacedSince, IsEnabled: true })),
    expected: edit(takenIn(n, given, [updated(n, page)]), noneOutside),
  }
}

function manyPages(n: number): ClaimCase {
  const pages = Array.from({ length: 60 }, (_, k) => ({
    ...document(n, 3, { DocumentType: 'hc2', Filepath: `hc2-${k}.jpg` }),
    ClaimDocumentId: 900_000 + k,
  }))
  const [first] = pages
  const line = lineOf(first ?? {})
  const note = `Claimant updated claim:<br />${line.repeat(60)}`
  const given = waitingClaim(n)
  return {
    about: 'of sixty pages, what was updated is cut to fit',
    given: edit(given, outside(...pages)),
    expected: edit(takenIn(n, given, [event(n, 'CLAIM-UPDATED', { Note: `${note.slice(0, 1999)}…` })]), {
      'IntSchema.ClaimDocument': add(...pages),
    }),
  }
}

export const responseDocumentCases: readonly ClaimCase[] = [
  documentOfTheClaim(1),
  documentsOfTheEligibility(2),
  evidenceUploaded(4),
  documentsOfExpenses(5),
  disabledDocuments(6),
  takenInBefore(7),
  manyPages(8),
]
