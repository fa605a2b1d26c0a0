/** A prison, as the register and the table have it. */
export interface RegisteredPrison {
  /** What a prisoner's row names it by. */
  readonly name: string
  readonly displayName: string
  readonly region: string
  /** Empty where it has none. */
  readonly postcode: string
}

/** As the table has it. */
export interface StoredPrison extends RegisteredPrison {
  readonly isClosed: boolean
}

/** What a prison is to be. */
export type PrisonChange = StoredPrison
