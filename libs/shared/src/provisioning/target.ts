import type { SubjectKind, TargetFormat } from '../contracts/index.js'
import type { Row } from '../database/index.js'

export const targetState = {
  active: 'ACTIVE',
  /** By a person, or because it failed too often: what it is to be told waits until it is let go on. */
  held: 'HELD',
} as const
export type TargetState = (typeof targetState)[keyof typeof targetState]

/** What is said of a target by whoever sets it up. */
export interface TargetGiven {
  readonly wsdl: string
  readonly format: TargetFormat
  readonly kinds: readonly SubjectKind[]
  /** By which name its user name and password are in the provisioner's file; null where it asks for none. */
  readonly credentials: string | null
  readonly addressed: boolean
}

/** A system that is told. */
export interface Target extends TargetGiven {
  readonly targetId: number
  readonly name: string
  readonly state: TargetState
  readonly reason: string | null
  readonly failedInARow: number
  readonly probe: string | null
}

export const columnsOf = ({ wsdl, format, kinds, credentials, addressed }: TargetGiven) => ({
  ...{ WsdlUrl: wsdl, Format: format, Kinds: kinds.join(), Credentials: credentials },
  IsAddressed: addressed,
})

export const targetOf = (row: Row<'AsyncSchema.ProvisioningTarget'>): Target => ({
  ...{ targetId: row.TargetId, name: row.Name, wsdl: row.WsdlUrl, format: row.Format as TargetFormat },
  ...{ kinds: row.Kinds.split(',') as SubjectKind[], credentials: row.Credentials },
  ...{ addressed: row.IsAddressed, state: row.State as TargetState, reason: row.Reason },
  ...{ failedInARow: row.FailedInARow, probe: row.ProbeMessageId },
})
