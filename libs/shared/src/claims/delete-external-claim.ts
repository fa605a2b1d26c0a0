import type { Compilable, ExpressionBuilder, Kysely } from 'kysely'
import type { ClaimRef } from '../unit-of-work/index.js'
import type { Database } from '../database/index.js'

const ofClaim = ['ClaimExpense', 'ClaimChild', 'ClaimEscort', 'Claim'] as const
const ofEligibility = ['Visitor', 'Prisoner', 'Benefit', 'EligibleChild', 'Eligibility'] as const

/** An eligibility by the two columns that name it. */
export type EligibilityRef = Omit<ClaimRef, 'claimId'>

/**
 * The statements that delete a claim and its eligibility from the external schema, children first, disabled rows
 * included. Another claim's rows stay, and so do new contact details after those that were taken in, and documents that
 * have not arrived in the internal schema. Domain: `tasks.md`, COMPLETE-CLAIM step 6.
 */
export function deleteExternalClaim(
  db: Kysely<Database>,
  claim: ClaimRef,
  takenIn: { readonly contactDetailsUpTo: number },
): Compilable[] {
  const { reference, eligibilityId, claimId } = claim
  const documents = db
    .deleteFrom('ExtSchema.ClaimDocument')
    .where('Reference', '=', reference)
    .where((row) => row.or([row('IsEnabled', 'is', null), row('IsEnabled', '<>', true), hasArrived(row)]))
  return [
    documents.where('ClaimId', '=', claimId),
    documents.where('EligibilityId', '=', eligibilityId).where('ClaimId', 'is', null),
    ...deleteExternalClaims(db, [claim]),
    ...deleteExternalEligibilities(db, [claim], takenIn),
  ]
}

const hasArrived = (document: ExpressionBuilder<Database, 'ExtSchema.ClaimDocument'>) =>
  document.exists(
    document
      .selectFrom('IntSchema.ClaimDocument as i')
      .select('i.ClaimDocumentId')
      .whereRef('i.ClaimDocumentId', '=', 'ExtSchema.ClaimDocument.ClaimDocumentId'),
  )

/**
 * The same once an answer's documents have been taken in, and its bank details up to one: what the web app adds
 * meanwhile stays, and so do contact details that nobody has read or that are another claim's to take in.
 */
export function deleteExternalRest(
  db: Kysely<Database>,
  claim: ClaimRef,
  { bankDetailsUpTo, contactDetailsUpTo }: Readonly<Record<'bankDetailsUpTo' | 'contactDetailsUpTo', number>>,
): Compilable[] {
  return [
    deleteBankDetails(db, [claim]).where('ClaimBankDetailId', '<=', bankDetailsUpTo),
    ...deleteOthers(db, [claim]),
    ...deleteExternalEligibilities(db, [claim], { contactDetailsUpTo }),
  ]
}

/**
 * The same for many claims, without their documents and their eligibilities. Up to a hundred fit one batch of SQL
 * Server.
 */
export function deleteExternalClaims(db: Kysely<Database>, claims: readonly ClaimRef[]): Compilable[] {
  if (!claims.length) return []
  return [deleteBankDetails(db, claims), ...deleteOthers(db, claims)]
}

const deleteBankDetails = (db: Kysely<Database>, claims: readonly ClaimRef[]) =>
  db
    .deleteFrom('ExtSchema.ClaimBankDetail')
    .where('Reference', 'in', referencesOf(claims))
    .where('ClaimId', 'in', idsOf(claims, 'claimId'))

const deleteOthers = (db: Kysely<Database>, claims: readonly ClaimRef[]): Compilable[] =>
  ofClaim.map((table) =>
    db
      .deleteFrom(`ExtSchema.${table}`)
      .where('Reference', 'in', referencesOf(claims))
      .where('ClaimId', 'in', idsOf(claims, 'claimId')),
  )

/** The same for what belongs to eligibilities, documents excepted. Up to a hundred fit one batch of SQL Server. */
export function deleteExternalEligibilities(
  db: Kysely<Database>,
  eligibilities: readonly EligibilityRef[],
  { contactDetailsUpTo }: { readonly contactDetailsUpTo?: number } = {},
): Compilable[] {
  if (!eligibilities.length) return []
  const references = referencesOf(eligibilities)
  const ids = idsOf(eligibilities, 'eligibilityId')
  const details = db
    .deleteFrom('ExtSchema.EligibilityVisitorUpdateContactDetail')
    .where('Reference', 'in', references)
    .where('EligibilityId', 'in', ids)
    .$if(contactDetailsUpTo !== undefined, (query) =>
      query.where('EligibilityVisitorUpdateContactDetailId', '<=', contactDetailsUpTo ?? 0),
    )
  const others = ofEligibility.map((table) =>
    db
      .deleteFrom(`ExtSchema.${table}`)
      .where('Reference', 'in', references)
      .where('EligibilityId', 'in', ids),
  )
  return [details, ...others]
}

/** The index on the reference finds the rows, where the id has none. */
const referencesOf = (rows: readonly EligibilityRef[]) => [...new Set(rows.map(({ reference }) => reference))]

const idsOf = <Name extends string>(rows: readonly Readonly<Record<Name, number>>[], name: Name) => [
  ...new Set(rows.map((row) => row[name])),
]
