import type { Simulators } from '../../../testing/simulators/index.js'
import { notifyError } from '../../../testing/simulators/index.js'
import {
  checkableClaim,
  claimIds,
  firstTimeClaim,
  ofClaim,
  people,
  pendingTask,
  rowId,
  settledClaimant,
} from '../claim-rows.js'
import { benefitAnswers } from './benefit.cases.js'
import { add, both, edit, remove, set } from '../row-sets.js'
import type { Rows } from '../rows.js'

/** Claims on which the services stumble, each in its own way. */
export const failingClaims: readonly Rows[] = [
  // The database refuses the rows: a key that is taken, an eligibility that is not there.
  firstTimeClaim(81),
  edit(settledClaimant(82), {
    'IntSchema.ClaimExpense': set(
      { ClaimExpenseId: rowId.expense(81) },
      { ClaimExpenseId: rowId.expense(82, 8) },
    ),
  }),
  edit(firstTimeClaim(83), { 'ExtSchema.ClaimExpense': set({ EligibilityId: 987_654 }) }),
  // Notify refuses the email, fails, answers nonsense, or does not answer.
  ...[84, 85, 86, 87].map(firstTimeClaim),
  // So does the benefit checker; or it says something that it never says.
  ...[88, 89, 90, 91].map(checkableClaim),
  // Nobody knows the way.
  edit(firstTimeClaim(92), {
    'ExtSchema.ClaimDocument': remove(),
    'ExtSchema.ClaimExpense': both(
      remove(),
      add({
        ...{ ClaimExpenseId: rowId.expense(92), ...ofClaim(92), IsEnabled: true },
        ...{ ExpenseType: 'car', Cost: 0, To: 'altcourse', FromPostCode: 'CA97 7ZZ' },
      }),
    ),
  }),
  // Tasks that nobody knows, or that say too little.
  edit(settledClaimant(93), {
    'IntSchema.Task': add(pendingTask(93, `WRITE-TO ${people(93).visitor.EmailAddress}`)),
  }),
  edit(settledClaimant(94), {
    'IntSchema.Task': add(
      pendingTask(94, 'DWP-CHECK', { ClaimId: null, AdditionalData: 'Chloé Tregothnan-0094' }),
    ),
  }),
]

/** Makes the upstreams fail for the claims above, and quote what they were told in their errors. */
export function failFor({ notify, benefitChecker, directions }: Simulators): void {
  const about = (n: number) => ({
    match: ({ personalisation }: { personalisation: Readonly<Record<string, unknown>> }) =>
      personalisation.reference === claimIds(n).Reference,
  })
  const { EmailAddress } = people(84).visitor
  const quoting = (status: number) =>
    notifyError(status, 'BadRequestError', `Not an address: ${EmailAddress}`)
  notify.misbehave({ kind: 'status', status: 400, body: quoting(400), when: about(84) })
  notify.misbehave({ kind: 'status', status: 500, body: quoting(500), when: about(85) })
  notify.misbehave({ kind: 'garbage', when: about(86) })
  notify.misbehave({ kind: 'answer-lost', when: about(87) })

  const surname = (n: number) => people(n).visitor.LastName
  const ofThem = (n: number) => `${surname(n)} ${people(n).visitor.NationalInsuranceNumber}`
  benefitChecker.setAnswers({
    faultBySurname: {
      [surname(88)]: { code: 'LSCBC215', text: `Error in request parameter 'NI' of ${ofThem(88)}` },
      [surname(89)]: { code: 'LSCBC299', text: `Not available for ${ofThem(89)}` },
    },
    bySurname: { ...benefitAnswers, [surname(90)]: ofThem(90) },
  })
  const isThe91st = (call: { surname: string }) => call.surname === surname(91).toUpperCase()
  benefitChecker.misbehave({ kind: 'garbage', when: { match: isThe91st } })

  const body = { error_message: 'Nowhere near CA97 7ZZ', routes: [], status: 'UNKNOWN_ERROR' }
  directions.misbehave({
    kind: 'status',
    status: 500,
    body,
    when: { match: ({ origin }) => origin === 'CA97 7ZZ' },
  })
}

/** Bodies that nobody can read, or that break the contract, for each subject. */
export const badBodies = [
  'not json',
  '"a text"',
  '{}',
  '{"reference":"K0001RW","eligibilityId":"x","claimId":1}',
]
