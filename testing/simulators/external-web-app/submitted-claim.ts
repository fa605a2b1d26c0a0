import type { NewRow, Row, TableName } from '#shared/database'
import type { TemplateName } from '#shared/contracts'

/** A new row with the number it is to have, where that is known. */
type GivenRow<T extends TableName> = {
  [C in keyof NewRow<T>]: NewRow<T>[C] extends undefined ? Row<T>[C & keyof Row<T>] : NewRow<T>[C]
}

/** Rows by table. */
export type Rows = { readonly [T in TableName]?: readonly GivenRow<T>[] }

/** What a claim has come to, as far as its input says it. */
export interface ExpectedEnd {
  /** `IntSchema.Claim.Status`. */
  readonly status: string
  /** `ClaimEvent.Event`, in the order they happened. */
  readonly events: readonly string[]
  /** In no particular order: some are sent at the same time. */
  readonly emails: readonly TemplateName[]
}

/** A claim as the external web app hands it over. Every person in it is invented. */
export interface SubmittedClaim {
  readonly kind: string
  /** The kind in a few words. */
  readonly title: string
  readonly reference: string
  readonly eligibilityId: number
  readonly claimId: number
  /** Rows of `IntSchema` that were there before the claim was made. */
  readonly existing: Rows
  /** Rows of `ExtSchema`, without the Task row. */
  readonly rows: Rows
  /** `AdditionalData` of the Task row. */
  readonly taskData: string
  /** What the benefit checker has to say of a surname; without it, its usual `Yes`. */
  readonly benefitAnswer?: { readonly surname: string; readonly status: string }
  /** Where the claim ends, once the daily run has dealt with it if it had to wait for that. */
  readonly expected: ExpectedEnd
  /** For a claim that passes every rule: where it stands out of office hours, until the daily run. */
  readonly expectedWaiting?: ExpectedEnd
  /** Everything of the claim costs this together, in pence. */
  readonly expectedCost: number
  /** The address every email goes to. */
  readonly expectedAddress: string
  /** The national insurance number the benefit checker is asked about. */
  readonly expectedCheckOf: string
}
