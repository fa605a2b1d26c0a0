import { type Row, pence } from '#shared/database'

/** What the settings say of automatic approval, used wherever the configuration says nothing. */
export interface ApprovalDefaults {
  readonly autoApprovalEnabled: boolean
  /** Per cent, two decimals at most. */
  readonly costVariancePercentage: number
  /** Whole pence. */
  readonly maxClaimTotal: number
  readonly maxClaimsPerYear: number
  readonly maxClaimsPerMonth: number
  /** Zero or less: any number in a row. */
  readonly numberOfConsecutiveAutoApprovals: number
  /** Whole pence; outside England and Wales. */
  readonly costPerMile: number
}

/** The defaults with the configuration of the day on top. */
export interface ApprovalSettings extends ApprovalDefaults {
  /** In lower case. */
  readonly rulesDisabled: ReadonlySet<string>
}

export type ApprovalConfig = Pick<
  Row<'IntSchema.AutoApprovalConfig'>,
  | 'AutoApprovalEnabled'
  | 'CostVariancePercentage'
  | 'MaxClaimTotal'
  | 'MaxNumberOfClaimsPerYear'
  | 'MaxNumberOfClaimsPerMonth'
  | 'NumberOfConsecutiveAutoApprovals'
  | 'CostPerMile'
  | 'RulesDisabled'
>

/**
 * The settings that hold now. `config` is the newest enabled `AutoApprovalConfig`; a column of it that is empty
 * means the default, zero means zero.
 */
export function approvalSettings(
  config: ApprovalConfig | undefined,
  defaults: ApprovalDefaults,
): ApprovalSettings {
  return {
    autoApprovalEnabled: config?.AutoApprovalEnabled ?? defaults.autoApprovalEnabled,
    costVariancePercentage: config?.CostVariancePercentage ?? defaults.costVariancePercentage,
    maxClaimTotal: inPence(config?.MaxClaimTotal) ?? defaults.maxClaimTotal,
    maxClaimsPerYear: config?.MaxNumberOfClaimsPerYear ?? defaults.maxClaimsPerYear,
    maxClaimsPerMonth: config?.MaxNumberOfClaimsPerMonth ?? defaults.maxClaimsPerMonth,
    numberOfConsecutiveAutoApprovals:
      config?.NumberOfConsecutiveAutoApprovals ?? defaults.numberOfConsecutiveAutoApprovals,
    costPerMile: inPence(config?.CostPerMile) ?? defaults.costPerMile,
    rulesDisabled: ruleNames(config?.RulesDisabled ?? ''),
  }
}

const inPence = (pounds: number | null | undefined) => (pounds == null ? undefined : pence(pounds))

const ruleNames = (list: string): ReadonlySet<string> =>
  new Set(
    list
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  )
