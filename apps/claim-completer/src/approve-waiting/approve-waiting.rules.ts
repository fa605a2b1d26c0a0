import { claimStatus, sameStatus } from '#shared/contracts'

const decided: readonly string[] = [claimStatus.approved, claimStatus.autoApproved, claimStatus.rejected]

/** A claim that waits for the daily run is approved unless somebody has decided on it meanwhile. */
export const mayBeApproved = (status: string): boolean => !decided.some((other) => sameStatus(status, other))
