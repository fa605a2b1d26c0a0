import type { TableName } from '#shared/database'

export type Right = 'select' | 'insert' | 'update' | 'delete'
/** The migrator's own table is not among the project's. */
export type Rights = Readonly<Partial<Record<TableName | 'AsyncSchema.Migration', readonly Right[]>>>

/** What the worker's statements need in the database. A test holds it against the statements. */
export const mainRights: Rights = {
  'AsyncSchema.FileToDelete': ['select', 'insert', 'delete'],
  'AsyncSchema.Inbox': ['select', 'insert', 'update', 'delete'],
  'AsyncSchema.JobRowLeft': ['select', 'insert', 'delete'],
  'AsyncSchema.JobRun': ['select', 'insert', 'update'],
  'AsyncSchema.Migration': ['select'],
  'AsyncSchema.OperatorAction': ['select', 'insert', 'update'],
  'AsyncSchema.Outbox': ['select', 'insert', 'update', 'delete'],
  'AsyncSchema.Payment': ['select', 'insert', 'update'],
  'AsyncSchema.PaymentRun': ['select', 'insert', 'update'],
  'AsyncSchema.Restoration': ['select', 'insert'],
  'AsyncSchema.ScheduleRun': ['select', 'insert'],
  'ExtSchema.Benefit': ['select', 'delete'],
  'ExtSchema.Claim': ['select', 'delete'],
  'ExtSchema.ClaimBankDetail': ['select', 'delete'],
  'ExtSchema.ClaimChild': ['select', 'delete'],
  'ExtSchema.ClaimDocument': ['select', 'delete'],
  'ExtSchema.ClaimEscort': ['select', 'delete'],
  'ExtSchema.ClaimExpense': ['select', 'delete'],
  'ExtSchema.Eligibility': ['select', 'delete'],
  'ExtSchema.EligibilityVisitorUpdateContactDetail': ['select', 'delete'],
  'ExtSchema.EligibleChild': ['select', 'delete'],
  'ExtSchema.Prisoner': ['select', 'delete'],
  'ExtSchema.Task': ['select', 'update'],
  'ExtSchema.Visitor': ['select', 'delete'],
  'IntSchema.AutoApproval': ['select', 'insert', 'delete'],
  'IntSchema.AutoApprovalConfig': ['select'],
  'IntSchema.Benefit': ['select', 'insert', 'delete'],
  'IntSchema.Claim': ['select', 'insert', 'update', 'delete'],
  'IntSchema.ClaimBankDetail': ['select', 'insert', 'update', 'delete'],
  'IntSchema.ClaimChild': ['select', 'insert', 'delete'],
  'IntSchema.ClaimDeduction': ['select', 'delete'],
  'IntSchema.ClaimDocument': ['select', 'insert', 'update', 'delete'],
  'IntSchema.ClaimEscort': ['select', 'insert', 'delete'],
  'IntSchema.ClaimEvent': ['select', 'insert', 'delete'],
  'IntSchema.ClaimExpense': ['select', 'insert', 'update', 'delete'],
  'IntSchema.DirectPaymentFile': ['select', 'insert', 'update'],
  'IntSchema.Eligibility': ['select', 'insert', 'delete'],
  'IntSchema.EligibleChild': ['select', 'insert', 'delete'],
  'IntSchema.Prisoner': ['select', 'insert', 'delete'],
  'IntSchema.Task': ['select', 'insert', 'update'],
  'IntSchema.TopUp': ['select', 'update', 'delete'],
  'IntSchema.Visitor': ['select', 'insert', 'update', 'delete'],
}

/** The same in the archive database. */
export const archiveRights: Rights = {
  'IntSchema.Benefit': ['select', 'insert'],
  'IntSchema.Claim': ['select', 'insert', 'update'],
  'IntSchema.ClaimBankDetail': ['select', 'insert', 'update'],
  'IntSchema.ClaimChild': ['select', 'insert', 'update'],
  'IntSchema.ClaimDeduction': ['select', 'insert'],
  'IntSchema.ClaimDocument': ['select', 'insert', 'update'],
  'IntSchema.ClaimEscort': ['select', 'insert', 'update'],
  'IntSchema.ClaimEvent': ['select', 'insert'],
  'IntSchema.ClaimExpense': ['select', 'insert', 'update'],
  'IntSchema.Eligibility': ['select', 'insert'],
  'IntSchema.EligibleChild': ['select', 'insert'],
  'IntSchema.Prisoner': ['select', 'insert'],
  'IntSchema.TopUp': ['select', 'insert'],
  'IntSchema.Visitor': ['select', 'insert'],
}
