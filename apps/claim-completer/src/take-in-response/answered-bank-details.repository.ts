import { Injectable } from '@nestjs/common'
import { deleteExternalRest } from '#shared/claims'
import type { Row } from '#shared/database'
import type { ClaimRef, Work } from '#shared/unit-of-work'

/** The bank details that claimants give in answer. */
@Injectable()
export class AnsweredBankDetails {
  /**
   * Takes in the newest bank detail, and deletes what is left of the claim and its eligibility in the external schema.
   * What the web app adds meanwhile stays, for the next answer to take in; and new contact details, for a further claim
   * of the eligibility that is still outside.
   * @returns false if there was no bank detail to take in
   */
  async takeIn(work: Work, claim: ClaimRef): Promise<boolean> {
    const details = work.db
      .selectFrom('ExtSchema.ClaimBankDetail')
      .select(['ClaimBankDetailId', 'Reference', 'EligibilityId', 'ClaimId'])
      .select(['AccountNumber', 'SortCode', 'NameOnAccount', 'RollNumber'])
      .where('Reference', '=', claim.reference)
      .where('ClaimId', '=', claim.claimId)
      .orderBy('ClaimBankDetailId', 'desc')
    const [[detail], [contact]] = await work.dialect.questions(work.db, [
      work.dialect.first(details, 1),
      lastContactDetails(work, claim),
    ])
    if (detail) await this.store(work, detail)
    const upTo = {
      bankDetailsUpTo: detail?.ClaimBankDetailId ?? 0,
      contactDetailsUpTo: contact?.last ?? 0,
    }
    await work.batch(deleteExternalRest(work.db, claim, upTo))
    return detail !== undefined
  }

  private async store(work: Work, detail: Row<'ExtSchema.ClaimBankDetail'>): Promise<void> {
    const { AccountNumber, SortCode, NameOnAccount, RollNumber } = detail
    const { numUpdatedRows } = await work.db
      .updateTable('IntSchema.ClaimBankDetail')
      .set({ AccountNumber, SortCode, NameOnAccount, RollNumber })
      .where('Reference', '=', detail.Reference)
      .where('ClaimId', '=', detail.ClaimId)
      .executeTakeFirst()
    // A claim that was to be paid out in cash came without one.
    if (numUpdatedRows === 0n) await work.db.insertInto('IntSchema.ClaimBankDetail').values(detail).execute()
  }
}

/** None where a further claim of the eligibility waits: it takes them in. */
const lastContactDetails = ({ db }: Work, { reference, eligibilityId, claimId }: ClaimRef) =>
  db
    .selectFrom('ExtSchema.EligibilityVisitorUpdateContactDetail as u')
    .select(({ fn }) => fn.max<number | null>('u.EligibilityVisitorUpdateContactDetailId').as('last'))
    .where('u.Reference', '=', reference)
    .where('u.EligibilityId', '=', eligibilityId)
    .where((update) =>
      update.not(
        update.exists(
          update
            .selectFrom('ExtSchema.Claim as c')
            .select('c.ClaimId')
            .where('c.Reference', '=', reference)
            .where('c.EligibilityId', '=', eligibilityId)
            .where('c.ClaimId', '<>', claimId),
        ),
      ),
    )
