import { z } from 'zod'
import {
  flag,
  hundredths,
  readSettings,
  setting,
  textOr,
  wholeNumber,
  type Environment,
  type SettingsGroup,
} from '#shared/config'
import type { ApprovalDefaults } from './approve-claim/approval-settings.rules.js'

const schema = z.object({
  APVS_DISTANCE_CALCULATION_ENABLED: flag(true, { switches: 'directions' }),
  APVS_DISTANCE_CALCULATION_MAX_MILES: wholeNumber(1500),
  APVS_DISTANCE_CALCULATION_DIRECTIONS_API_URL: setting(
    z.url().default('https://maps.googleapis.com/maps/api/directions/json'),
    { form: 'a URL', upstream: 'directions' },
  ),
  APVS_DISTANCE_CALCULATION_DIRECTIONS_API_KEY: textOr('', { otherwise: 'none', place: 'secrets' }),
  APVS_AUTO_APPROVAL_ENABLED: flag(true),
  APVS_AUTO_APPROVAL_COST_VARIANCE: hundredths('10', { words: 'per cent' }),
  APVS_AUTO_APPROVAL_MAX_CLAIM_TOTAL: hundredths('250', { words: 'pounds' }),
  APVS_AUTO_APPROVAL_MAX_CLAIMS_PER_YEAR: wholeNumber(26),
  APVS_AUTO_APPROVAL_MAX_CLAIMS_PER_MONTH: wholeNumber(4),
  APVS_AUTO_APPROVAL_NUMBER_OF_CONSECUTIVE_AUTO_APPROVALS: wholeNumber(4),
  APVS_AUTO_APPROVAL_COST_PER_MILE: hundredths('0.30', { words: 'pounds' }),
  APVS_AUTO_APPROVAL_COST_PER_MILE_ENGWAL: hundredths('0.20', { words: 'pounds' }),
})

export const settings: readonly SettingsGroup[] = [{ schema }]

/** Domain: `settings.md`. */
export class ClaimCompleterSettings {
  readonly directions: { readonly enabled: boolean; readonly url: string; readonly key: string }
  readonly maxMiles: number
  /** Whole pence. */
  readonly costPerMileEnglandAndWales: number
  readonly approval: ApprovalDefaults

  /** @throws SettingsError naming what is malformed */
  constructor(env: Environment) {
    const settings = readSettings(schema, env)
    this.directions = {
      enabled: settings.APVS_DISTANCE_CALCULATION_ENABLED,
      url: settings.APVS_DISTANCE_CALCULATION_DIRECTIONS_API_URL,
      key: settings.APVS_DISTANCE_CALCULATION_DIRECTIONS_API_KEY,
    }
    this.maxMiles = settings.APVS_DISTANCE_CALCULATION_MAX_MILES
    this.costPerMileEnglandAndWales = settings.APVS_AUTO_APPROVAL_COST_PER_MILE_ENGWAL
    this.approval = {
      autoApprovalEnabled: settings.APVS_AUTO_APPROVAL_ENABLED,
      costVariancePercentage: settings.APVS_AUTO_APPROVAL_COST_VARIANCE / 100,
      maxClaimTotal: settings.APVS_AUTO_APPROVAL_MAX_CLAIM_TOTAL,
      maxClaimsPerYear: settings.APVS_AUTO_APPROVAL_MAX_CLAIMS_PER_YEAR,
      maxClaimsPerMonth: settings.APVS_AUTO_APPROVAL_MAX_CLAIMS_PER_MONTH,
      numberOfConsecutiveAutoApprovals: settings.APVS_AUTO_APPROVAL_NUMBER_OF_CONSECUTIVE_AUTO_APPROVALS,
      costPerMile: settings.APVS_AUTO_APPROVAL_COST_PER_MILE,
    }
  }
}
