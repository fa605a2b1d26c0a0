/** The types of claims there are, as `ClaimType` has them. */
export const claimTypes = ['first-time', 'repeat', 'repeat-duplicate', 'repeat-new-eligibility'] as const

export type ClaimType = (typeof claimTypes)[number]
