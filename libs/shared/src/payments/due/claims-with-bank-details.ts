import { sql, type Kysely } from 'kysely'
import { paidToBank } from '../../claims/index.js'
import { notMarked, paymentState } from '../../contracts/index.js'
import type { Database } from '../../database/index.js'
import type { DuePayment } from './payable.rules.js'

/** The claims that are paid to a bank, each once: with its newest bank detail and its visitor's country, if there are. */
export const claimsWithBankDetails = (db: Kysely<Database>) =>
  db
    .selectFrom('IntSchema.Claim as c')
    .leftJoin('IntSchema.ClaimBankDetail as b', (join) =>
      join.on((on) =>
        on(
          'b.ClaimBankDetailId',
          '=',
          on
            .selectFrom('IntSchema.ClaimBankDetail as other')
            .select((of) => of.fn.max('other.ClaimBankDetailId').as('newest'))
            .whereRef('other.ClaimId', '=', 'c.ClaimId')
            .whereRef('other.Reference', '=', 'c.Reference'),
        ),
      ),
    )
    .leftJoin('IntSchema.Visitor as v', (join) =>
      join.on((on) =>
        on(
          'v.VisitorId',
          '=',
          on
            .selectFrom('IntSchema.Visitor as other')
            .select((of) => of.fn.max('other.VisitorId').as('newest'))
            .whereRef('other.EligibilityId', '=', 'c.EligibilityId')
            .whereRef('other.Reference', '=', 'c.Reference'),
        ),
      ),
    )
    .select(['c.ClaimId as claimId', 'c.Reference as reference'])
    .select(['b.SortCode as sortCode', 'b.AccountNumber as accountNumber'])
    .select(['b.NameOnAccount as nameOnAccount', 'b.RollNumber as rollNumber', 'v.Country as country'])
    .where('c.PaymentMethod', '=', paidToBank)

/** The reservation of a payment by a run that is under way, of which there is one at most. */
export const reservationOf = (db: Kysely<Database>, kind: DuePayment['kind'], itemIdColumn: string) =>
  reserved(db, kind, itemIdColumn).where('p.Reason', 'is', null)

/** The reservation of a payment that a lost run has made and that could not be marked yet: of those, too, there is one. */
export const lostPaymentOf = (db: Kysely<Database>, kind: DuePayment['kind'], itemIdColumn: string) =>
  reserved(db, kind, itemIdColumn).where('p.Reason', '=', notMarked)

const reserved = (db: Kysely<Database>, kind: DuePayment['kind'], itemIdColumn: string) =>
  db
    .selectFrom('AsyncSchema.Payment as p')
    .select('p.PaymentId')
    .where('p.Kind', '=', kind)
    .where('p.ItemId', '=', sql.ref<number>(itemIdColumn))
    // Not a parameter: only then is the index of what is reserved looked through.
    .where('p.State', '=', sql.lit(paymentState.reserved))
