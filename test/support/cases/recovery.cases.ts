import { doNotSend } from '../claim-cases.js'
import { claimIds, people, settledClaimant } from '../claim-rows.js'
import { edit, merge, set, type Row } from '../row-sets.js'
import type { Rows } from '../rows.js'
import { fails, logIn, sends, sendsNothing, type EmailCase } from './email.cases.js'

/** The task is about no claim: it only says who asks. */
const asks = (data: string | null, rows: Rows = {}) => ({
  name: 'REFERENCE_RECOVERY' as const,
  schema: 'ExtSchema' as const,
  columns: { Reference: null, EligibilityId: null, ClaimId: null, AdditionalData: data },
  rows,
})

const recovers = (n: number, about: string, [address, prisonNumber]: [string, string], rows: Rows, of = n) =>
  sends(n, about, asks(`${address}~~${prisonNumber}`, rows), {
    template: 'SEND_REFERENCE_RECOVERY_EMAIL_TEMPLATE_ID',
    address: address.trim(),
    personalisation: { reference: claimIds(of).Reference, firstname: 'Chloé', registeredUrl: logIn },
  })

const addressOf = (n: number) => people(n).visitor.EmailAddress
const numberOf = (n: number) => people(n).prisoner.PrisonNumber

/** Another eligibility, `other`, of the claimant `n`, submitted at a time of its own. */
function sameClaimant(n: number, other: number, DateSubmitted: string | null, visitor: Row = {}): Rows {
  return edit(settledClaimant(other), {
    'IntSchema.Eligibility': set({ DateSubmitted }),
    'IntSchema.Visitor': set({ EmailAddress: addressOf(n), ...visitor }),
    'IntSchema.Prisoner': set({ PrisonNumber: numberOf(n) }),
  })
}

export const recoveryCases: readonly EmailCase[] = [
  recovers(501, 'by address and prison number', [addressOf(501), numberOf(501)], settledClaimant(501)),
  recovers(
    502,
    'whatever the case of letters and the spaces around',
    [` ${addressOf(502).toUpperCase()}`, `${numberOf(502).toLowerCase()} `],
    edit(settledClaimant(502), { 'IntSchema.Prisoner': set({ PrisonNumber: ` ${numberOf(502)} ` }) }),
  ),
  recovers(
    503,
    'the latest one submitted, though not the last one numbered',
    [addressOf(503), numberOf(503)],
    merge(
      sameClaimant(503, 503, '2024-01-10 10:40:00'),
      sameClaimant(503, 504, '2024-01-09 23:59:59'),
      sameClaimant(503, 505, null),
    ),
  ),
  recovers(
    506,
    'the last one numbered of those submitted at once',
    [addressOf(506), numberOf(506)],
    merge(sameClaimant(506, 506, '2024-01-10 10:40:00'), sameClaimant(506, 507, '2024-01-10 10:40:00')),
    507,
  ),
  recovers(
    508,
    'of the prisoner who is named, not of a later one',
    [addressOf(508), numberOf(508)],
    merge(
      settledClaimant(508),
      edit(sameClaimant(508, 509, '2024-02-01 10:00:00'), {
        'IntSchema.Prisoner': set({ PrisonNumber: numberOf(509) }),
      }),
    ),
  ),
  sendsNothing(
    511,
    'an address nobody knows',
    asks(`nobody@example.org~~${numberOf(511)}`, settledClaimant(511)),
  ),
  sendsNothing(512, 'a number nobody knows', asks(`${addressOf(512)}~~A9999ZZ`, settledClaimant(512))),
  sendsNothing(
    513,
    'the address that gets nothing',
    asks(
      `${doNotSend}~~${numberOf(513)}`,
      edit(settledClaimant(513), { 'IntSchema.Visitor': set({ EmailAddress: doNotSend }) }),
    ),
  ),
  ...[null, addressOf(514), `~~${numberOf(514)}`, `${addressOf(514)}~~ `].map((data, i) =>
    fails(514 + i, 'recovery-data-malformed', `says too little (${i + 1})`, asks(data)),
  ),
]
