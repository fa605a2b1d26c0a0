import { sameText } from '#shared/contracts'
import { type ApprovalRule, failure } from './approval-rule.js'

/** One uploaded visit confirmation is enough, whatever became of others; every other document must be there. */
export const hasUploadedPrisonVisitConfirmationAndReceipts: ApprovalRule = {
  name: 'has-uploaded-prison-visit-confirmation-and-receipts',
  check: ({ claim, documents }) => {
    const missing = documents.filter((document) => !sameText(document.DocumentStatus, 'uploaded'))
    const uploaded = documents.filter((document) => !missing.includes(document))
    const isConfirmed = uploaded.some(isVisitConfirmation)
    const areOthersUploaded = missing.every(isVisitConfirmation)
    if (isConfirmed && areOthersUploaded) return undefined
    return failure('A prison visit confirmation and/or receipts have not been uploaded', {
      'Claim ref': claim.Reference,
      'Prison visit confirmation uploaded': isConfirmed,
      'All required documents uploaded': areOthersUploaded,
    })
  },
}

const isVisitConfirmation = (document: { readonly DocumentType: string }): boolean =>
  sameText(document.DocumentType, 'VISIT-CONFIRMATION')
