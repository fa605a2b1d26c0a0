import { describe, expect, it } from 'vitest'
import {
  decideDocuments,
  eventsOf,
  statusAfter,
  wasAskedForBankDetail,
  type StoredDocument,
} from './take-in-response.rules.js'

const document = (ClaimDocumentId: number, columns: Partial<StoredDocument> = {}): StoredDocument => ({
  ClaimDocumentId,
  ClaimExpenseId: null,
  DocumentType: 'hc2',
  DocumentStatus: 'uploaded',
  IsEnabled: true,
  ...columns,
})

const idsIn = (documents: readonly StoredDocument[]) =>
  documents.map(({ ClaimDocumentId }) => ClaimDocumentId)

const decide = (external: readonly StoredDocument[], internal: readonly StoredDocument[]) => {
  const { arrived, toCopy, superseded, toDelete } = decideDocuments({ external, internal })
  return {
    arrived: idsIn(arrived),
    toCopy: idsIn(toCopy),
    superseded: idsIn(superseded),
    toDelete: idsIn(toDelete),
  }
}

describe('documents', () => {
  it('of one type replace the old ones once, and not each other', () => {
    expect(decide([document(5), document(6)], [document(1), document(2)])).toEqual({
      ...{ arrived: [5, 6], toCopy: [5, 6], superseded: [1, 2], toDelete: [5, 6] },
    })
  })

  it.each<[string, Partial<StoredDocument>, Partial<StoredDocument>, boolean]>([
    ['the same type', {}, {}, true],
    ['the same type spelt in another case', {}, { DocumentType: 'HC2' }, true],
    ['another type', {}, { DocumentType: 'hc3' }, false],
    ['the same expense', { ClaimExpenseId: 7 }, { ClaimExpenseId: 7 }, true],
    ['another expense', { ClaimExpenseId: 7 }, { ClaimExpenseId: 8 }, false],
    ['no expense', { ClaimExpenseId: 7 }, {}, false],
    ['an expense where the new one has none', {}, { ClaimExpenseId: 7 }, false],
    ['one that is not uploaded', {}, { DocumentStatus: 'upload-later' }, true],
    ['one that is disabled', {}, { IsEnabled: false }, false],
    ['one of which nobody knows whether it is enabled', {}, { IsEnabled: null }, false],
  ])('replace an old one with %s, or not', (_, fresh, old, replaced) => {
    expect(decide([document(5, fresh)], [document(1, old)]).superseded).toEqual(replaced ? [1] : [])
  })

  it.each([false, null])('that are disabled (%s) are deleted and no more', (IsEnabled) => {
    expect(decide([document(5, { IsEnabled })], [document(1)])).toEqual({
      ...{ arrived: [], toCopy: [], superseded: [], toDelete: [5] },
    })
  })

  it('that are inside already replace old ones, but not themselves, and are not copied', () => {
    expect(decide([document(5), document(6)], [document(1), document(5)])).toEqual({
      ...{ arrived: [5, 6], toCopy: [6], superseded: [1], toDelete: [5, 6] },
    })
  })

  it('that are inside already and were replaced since are nothing new', () => {
    expect(decide([document(5)], [document(5, { IsEnabled: false }), document(9)])).toEqual({
      ...{ arrived: [], toCopy: [], superseded: [], toDelete: [5] },
    })
  })

  it('may be none', () => {
    expect(decide([], [document(1)])).toEqual({ arrived: [], toCopy: [], superseded: [], toDelete: [] })
  })
})

describe('events', () => {
  const none = { documents: { arrived: [], superseded: [] }, bankDetailUpdated: false, message: null }

  it('come in the order of the steps', () => {
    const documents = {
      arrived: [document(5), document(6, { DocumentType: 'RECEIPT', DocumentStatus: 'post-later' })],
      superseded: [document(1), document(2, { DocumentStatus: 'upload-later' })],
    }
    expect(eventsOf({ documents, bankDetailUpdated: true, message: ' Hello\n' })).toEqual([
      {
        event: 'REPLACED-PREVIOUS-DOCUMENT',
        claimDocumentId: 1,
        note: 'Replaced previous document hc2',
      },
      { event: 'BANK-DETAILS-UPDATED' },
      {
        event: 'CLAIM-UPDATED',
        note:
          'Claimant updated claim:<br />' +
          '<br /> - updated document hc2 with status uploaded' +
          '<br /> - updated document RECEIPT with status post-later',
      },
      { event: 'MESSAGE', note: ' Hello\n', isInternal: false },
    ])
  })

  it.each([null, '', ' \n\t'])('are none where nothing came: %j', (message) => {
    expect(eventsOf({ ...none, message })).toEqual([])
  })
})

const claim = { isReviewed: true, isApprovedOrPaid: false, emailAddress: null }
const open = ['NEW', 'PENDING', 'REQUEST-INFORMATION', 'REQUEST_INFO_PAYMENT', 'UPDATED', 'in-progress']
const waiting = ['PENDING', 'REQUEST-INFORMATION', 'REQUEST_INFORMATION', 'request-info-payment']
const decided = [
  ...['APPROVED', 'AUTO-APPROVED', 'AUTO_APPROVED', 'APPROVED-ADVANCE-CLOSED', 'APPROVED_ADVANCE_CLOSED'],
  ...['rejected', 'REFERENCE-DISABLED', 'APPROVED-PAYOUT-BARCODE-EX'],
]

describe('the claim', () => {
  it.each(open)('%s goes back to who reviewed it, or is new', (status) => {
    expect(statusAfter({ ...claim, status })).toBe('UPDATED')
    expect(statusAfter({ ...claim, status, isReviewed: false })).toBe('NEW')
  })

  it.each(decided)('%s was decided, and stays', (status) => {
    for (const isReviewed of [true, false])
      for (const isApprovedOrPaid of [true, false])
        expect(statusAfter({ ...claim, status, isReviewed, isApprovedOrPaid })).toBeUndefined()
  })

  it.each(['NEW', 'UPDATED'])('%s that was approved or paid before stays', (status) => {
    expect(statusAfter({ ...claim, status, isApprovedOrPaid: true })).toBeUndefined()
  })

  it.each(waiting)('%s that was approved or paid before goes to a caseworker', (status) => {
    for (const isReviewed of [true, false])
      expect(statusAfter({ ...claim, status, isReviewed, isApprovedOrPaid: true })).toBe('UPDATED')
  })
})

describe('bank details', () => {
  const bank = 'REQUEST-NEW-BANK-DETAILS'
  const information = 'CLAIM-REQUEST-INFORMATION'
  const answered = 'BANK-DETAILS-UPDATED'

  it.each<[string, boolean, ...string[]]>([
    ['REQUEST-INFO-PAYMENT', true],
    ['REQUEST_INFO_PAYMENT', true, information],
    ['REQUEST-INFORMATION', false],
    ['PENDING', false],
    ['NEW', false],
    ['REQUEST-INFORMATION', false, information],
    ['REQUEST-INFORMATION', false, answered, bank],
    ['REQUEST-INFORMATION', true, information, bank],
    ['REQUEST-INFORMATION', true, 'Request New Bank Details', answered],
    ...[...decided, 'UPDATED'].flatMap((status): [string, boolean, ...string[]][] => [
      [status, true],
      [status, true, bank, information],
      [status, true, answered, bank],
      [status, true, information, bank, answered],
      [status, false, information],
      [status, false, information, answered, bank],
    ]),
  ])('of a claim that is %s were asked for: %s %s %s %s', (status, asked, ...events) => {
    expect(wasAskedForBankDetail({ ...claim, status }, events)).toBe(asked)
  })
})
