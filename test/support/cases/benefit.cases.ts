import type { ClaimCase } from '../claim-cases.js'
import { approved, askedForEvidence, checked } from '../claim-ends.js'
import { checkableClaim, people } from '../claim-rows.js'
import { edit, set } from '../row-sets.js'

const listed = ['income-support', 'jobseekers-allowance', 'employment-support', 'pension-credit']

type Check = readonly [n: number, result: string, benefit: string]

/** A result from the checker, and what must follow from it for a visitor with this benefit. */
const checks: readonly Check[] = [
  [41, 'YES', 'income-support'],
  [42, 'NO', 'income-support'],
  [43, 'NO', 'jobseekers-allowance'],
  [44, 'NO', 'employment-support'],
  [45, 'NO', 'pension-credit'],
  [46, 'NO', 'universal-credit'],
  [47, 'UNDETERMINED', 'income-support'],
  [48, 'UNDETERMINED', 'hc2'],
  [49, 'DECEASED', 'pension-credit'],
  [50, 'DECEASED', 'universal-credit'],
]
/** The same with the checker switched off. */
const unchecked: readonly Check[] = [
  [61, 'NOT-RUN', 'income-support'],
  [62, 'NOT-RUN', 'universal-credit'],
]

export const benefitCases = checks.map(asCase)
export const uncheckedBenefitCases = unchecked.map(asCase)
/** The checker's answers, as it writes them. */
export const benefitAnswers = Object.fromEntries(
  checks.map(([n, result]) => [people(n).visitor.LastName, result.charAt(0) + result.slice(1).toLowerCase()]),
)

function asCase([n, result, benefit]: Check): ClaimCase {
  const asks = result !== 'YES' && listed.includes(benefit)
  const given = edit(checkableClaim(n), {
    'IntSchema.Visitor': set({ Benefit: benefit, DWPCheck: 'REQUEST-INFORMATION' }),
    'IntSchema.Claim': set(
      { ReminderSent: true, DateReminderSent: '2024-03-12 03:30:00' },
      { Status: 'NEW' },
    ),
  })
  return {
    about: `${result}, ${benefit}: ${asks ? 'asked for evidence' : 'approved'}`,
    given,
    expected: asks ? askedForEvidence(n, given, result, benefit) : approved(n, checked(given, result)),
  }
}
