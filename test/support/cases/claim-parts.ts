import { claimIds, ofClaim, ofEligibility, rowId } from '../claim-rows.js'
import type { Row } from '../row-sets.js'

/** Further rows of claim `n`, as the external web app writes them; `k` numbers those of a kind. */

export const child = (n: number, k: number, columns: Row): Row => ({
  ClaimChildId: n * 100 + k,
  ...ofClaim(n),
  FirstName: 'Islarose',
  LastName: `Tregothnan-junior-${k}`,
  DateOfBirth: '2015-05-06 00:00:00',
  Relationship: 'child',
  IsEnabled: true,
  ...columns,
})
export const escort = (n: number, k: number, columns: Row): Row => ({
  ClaimEscortId: n * 100 + k,
  ...ofClaim(n),
  FirstName: 'Rowanna',
  LastName: 'Hartsmoor',
  DateOfBirth: '1970-10-11 00:00:00',
  IsEnabled: true,
  ...columns,
})
export const document = (n: number, k: number, columns: Row): Row => ({
  ClaimDocumentId: rowId.document(n, k),
  ...ofClaim(n),
  DocumentType: 'RECEIPT',
  DocumentStatus: 'uploaded',
  Filepath: `${claimIds(n).Reference}/page-${k}.jpg`,
  DateSubmitted: '2024-03-11 19:31:00',
  IsEnabled: true,
  ...columns,
})
export const contact = (n: number, k: number, columns: Row): Row => ({
  EligibilityVisitorUpdateContactDetailId: n * 100 + k,
  ...ofEligibility(n),
  DateSubmitted: '2024-03-11 19:38:00',
  ...columns,
})
export const eligibleChild = (n: number, k: number): Row => ({
  EligibleChildId: n * 100 + k,
  ...ofEligibility(n),
  FirstName: 'Islarose',
  LastName: `Tregothnan-junior-${k}`,
  DateOfBirth: '2015-05-06 00:00:00',
  ChildRelationship: 'prisoners-child',
  ParentFirstName: 'Morwenna',
  ParentLastName: 'Penhallick',
  HouseNumberAndStreet: '12 Tanyard Lane',
  Town: 'Mancaster',
  County: 'Greater Manchester',
  PostCode: 'M98 2WW',
  Country: 'England',
})
