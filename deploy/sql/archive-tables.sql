-- archive-tables.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- The tables of an archive database, where there is none yet. One that is there keeps its tables as they are.
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
if schema_id('IntSchema') is null exec('create schema IntSchema');
if object_id(N'IntSchema.Eligibility') is null
begin
  exec (N'create table "IntSchema"."Eligibility" ("EligibilityId" int not null primary key, "ReferenceDisabled" int, "Reference" nvarchar(10) not null, "UntrustedReason" nvarchar(255), "Status" nvarchar(20) not null, "DisabledReason" nvarchar(2000), "ReEnabledReason" nvarchar(2000), "UntrustedDate" datetime2, "DateCreated" datetime2 not null, "DateSubmitted" datetime2, "IsTrusted" bit default 1)');
  exec (N'create index "IX_IntSchema_Eligibility_Reference" on "IntSchema"."Eligibility" ("Reference")');
end;
if object_id(N'IntSchema.Prisoner') is null
begin
  exec (N'create table "IntSchema"."Prisoner" ("PrisonerId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "Reference" nvarchar(10) not null, "FirstName" nvarchar(100) not null, "LastName" nvarchar(100) not null, "PrisonNumber" nvarchar(10) not null, "NameOfPrison" nvarchar(100) not null, "NomisCheck" nvarchar(20), "ReleaseDateIsSet" bit, "DateOfBirth" datetime2 not null, "ReleaseDate" datetime2)');
  exec (N'create index "IX_IntSchema_Prisoner_Reference" on "IntSchema"."Prisoner" ("Reference")');
end;
if object_id(N'IntSchema.Visitor') is null
begin
  exec (N'create table "IntSchema"."Visitor" ("VisitorId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "Reference" nvarchar(10) not null, "FirstName" nvarchar(100) not null, "LastName" nvarchar(100) not null, "NationalInsuranceNumber" nvarchar(10) not null, "HouseNumberAndStreet" nvarchar(250) not null, "Town" nvarchar(100) not null, "County" nvarchar(100) not null, "PostCode" nvarchar(10) not null, "Country" nvarchar(100) not null, "EmailAddress" nvarchar(100) not null, "PhoneNumber" nvarchar(100), "Relationship" nvarchar(100) not null, "Benefit" nvarchar(100), "DWPBenefitCheckerResult" nvarchar(100), "DWPCheck" nvarchar(20), "DateOfBirth" datetime2 not null, "BenefitExpiryDate" datetime2, "BenefitOwner" nvarchar(100))');
  exec (N'create index "IX_IntSchema_Visitor_EligibilityId" on "IntSchema"."Visitor" ("EligibilityId")');
  exec (N'create index "IX_IntSchema_Visitor_Reference" on "IntSchema"."Visitor" ("Reference")');
end;
if object_id(N'IntSchema.Claim') is null
begin
  exec (N'create table "IntSchema"."Claim" ("ClaimId" int not null primary key, "EligibilityId" int not null, "RejectionReasonId" int, "IsAdvanceClaim" bit, "IsOverpaid" bit, "ReminderSent" bit, "Reference" nvarchar(10) not null, "VisitConfirmationCheck" nvarchar(20), "AssistedDigitalCaseworker" nvarchar(100), "Caseworker" nvarchar(100), "PaymentStatus" nvarchar(20), "Status" nvarchar(30) not null, "Reason" nvarchar(100), "Note" nvarchar(250), "ClaimType" nvarchar(50), "OverpaymentReason" nvarchar(250), "AssignedTo" nvarchar(100), "PaymentMethod" nvarchar(10), "PaymentAmount" decimal(8,2), "TotalAmount" decimal(8,2), "ManuallyProcessedAmount" decimal(8,2), "OverpaymentAmount" decimal(8,2), "RemainingOverpaymentAmount" decimal(8,2), "DateOfJourney" datetime2 not null, "DateCreated" datetime2 not null, "DateSubmitted" datetime2, "DateReviewed" datetime2, "PaymentDate" datetime2, "DateApproved" datetime2, "AssignmentExpiry" datetime2, "DateReminderSent" datetime2, "LastUpdated" datetime2 default (cast(sysdatetimeoffset() at time zone ''GMT Standard Time'' as datetime2)), "IsIncludedInAudit" bit)');
  exec (N'create index "IX_IntSchema_Claim_Reference" on "IntSchema"."Claim" ("Reference")');
end;
if object_id(N'IntSchema.ClaimExpense') is null
begin
  exec (N'create table "IntSchema"."ClaimExpense" ("ClaimExpenseId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "DurationOfTravel" int, "Cost" decimal(8,2) not null, "ApprovedCost" decimal(8,2), "Distance" decimal(8,2), "Reference" nvarchar(10) not null, "ExpenseType" nvarchar(100) not null, "TravelTime" nvarchar(100), "From" nvarchar(100), "To" nvarchar(100), "TicketType" nvarchar(100), "TicketOwner" nvarchar(10), "ReturnTime" nvarchar(100), "Status" nvarchar(20), "FromPostCode" nvarchar(10), "ToPostCode" nvarchar(10), "IsReturn" bit, "IsEnabled" bit)');
  exec (N'create index "IX_IntSchema_ClaimExpense_Reference" on "IntSchema"."ClaimExpense" ("Reference")');
end;
if object_id(N'IntSchema.ClaimBankDetail') is null
begin
  exec (N'create table "IntSchema"."ClaimBankDetail" ("ClaimBankDetailId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "Reference" nvarchar(10) not null, "AccountNumber" nvarchar(8), "SortCode" nvarchar(6), "NameOnAccount" nvarchar(100) not null, "RollNumber" nvarchar(30))');
  exec (N'create index "IX_IntSchema_ClaimBankDetail_Reference" on "IntSchema"."ClaimBankDetail" ("Reference")');
end;
if object_id(N'IntSchema.Task') is null
begin
  exec (N'create table "IntSchema"."Task" ("TaskId" int identity not null primary key, "Task" nvarchar(100) not null, "Reference" nvarchar(10), "Status" nvarchar(20) not null, "EligibilityId" int, "ClaimId" int, "DateCreated" datetime2 not null, "DateProcessed" datetime2, "AdditionalData" nvarchar(max))');
end;
if object_id(N'IntSchema.ClaimDocument') is null
begin
  exec (N'create table "IntSchema"."ClaimDocument" ("ClaimDocumentId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int references "IntSchema"."Claim" ("ClaimId"), "ClaimExpenseId" int references "IntSchema"."ClaimExpense" ("ClaimExpenseId"), "Reference" nvarchar(10) not null, "DocumentType" nvarchar(20) not null, "DocumentStatus" nvarchar(20) not null, "Filepath" nvarchar(250), "Caseworker" nvarchar(100), "Status" nvarchar(20), "DateSubmitted" datetime2, "IsEnabled" bit)');
  exec (N'create index "IX_IntSchema_ClaimDocument_Reference" on "IntSchema"."ClaimDocument" ("Reference")');
end;
if object_id(N'IntSchema.ClaimChild') is null
begin
  exec (N'create table "IntSchema"."ClaimChild" ("ClaimChildId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "Reference" nvarchar(10) not null, "FirstName" nvarchar(50) not null, "LastName" nvarchar(50) not null, "Relationship" nvarchar(100) not null, "DateOfBirth" datetime2 not null, "IsEnabled" bit)');
  exec (N'create index "IX_IntSchema_ClaimChild_Reference" on "IntSchema"."ClaimChild" ("Reference")');
end;
if object_id(N'IntSchema.ClaimEvent') is null
begin
  exec (N'create table "IntSchema"."ClaimEvent" ("ClaimEventId" int identity not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "ClaimDocumentId" int references "IntSchema"."ClaimDocument" ("ClaimDocumentId"), "DateAdded" datetime2 not null, "Reference" nvarchar(10) not null, "Event" nvarchar(100) not null, "AdditionalData" nvarchar(100), "Note" nvarchar(2000), "Caseworker" nvarchar(100), "IsInternal" bit default 1)');
  exec (N'create index "IX_IntSchema_ClaimEvent_Reference" on "IntSchema"."ClaimEvent" ("Reference")');
end;
if object_id(N'IntSchema.DirectPaymentFile') is null
begin
  exec (N'create table "IntSchema"."DirectPaymentFile" ("PaymentFileId" int identity not null primary key, "FileType" nvarchar(20) not null, "Filepath" nvarchar(250) not null, "DateCreated" datetime2 not null, "IsEnabled" bit default 1)');
end;
if object_id(N'IntSchema.ClaimDeduction') is null
begin
  exec (N'create table "IntSchema"."ClaimDeduction" ("ClaimDeductionId" int identity not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "Reference" nvarchar(10) not null, "DeductionType" nvarchar(100) not null, "Amount" decimal(8,2) not null, "IsEnabled" bit)');
  exec (N'create index "IX_IntSchema_ClaimDeduction_Reference" on "IntSchema"."ClaimDeduction" ("Reference")');
end;
if object_id(N'IntSchema.AutoApprovalConfig') is null
begin
  exec (N'create table "IntSchema"."AutoApprovalConfig" ("AutoApprovalConfigId" int identity not null primary key, "MaxDaysAfterAPVUVisit" int, "MaxNumberOfClaimsPerYear" int, "MaxNumberOfClaimsPerMonth" int, "Caseworker" nvarchar(100), "RulesDisabled" nvarchar(4000), "DateCreated" datetime2, "CostVariancePercentage" decimal(8,2), "MaxClaimTotal" decimal(8,2), "AutoApprovalEnabled" bit, "IsEnabled" bit, "NumberOfConsecutiveAutoApprovals" int, "CostPerMile" decimal(8,2))');
end;
if object_id(N'IntSchema.ClaimEscort') is null
begin
  exec (N'create table "IntSchema"."ClaimEscort" ("ClaimEscortId" int not null primary key, "EligibilityId" int not null references "IntSchema"."Eligibility" ("EligibilityId"), "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "Reference" nvarchar(10) not null, "FirstName" nvarchar(100) not null, "LastName" nvarchar(100) not null, "DateOfBirth" datetime2 not null, "IsEnabled" bit)');
  exec (N'create index "IX_IntSchema_ClaimEscort_Reference" on "IntSchema"."ClaimEscort" ("Reference")');
end;
if object_id(N'IntSchema.AutoApproval') is null
begin
  exec (N'create table "IntSchema"."AutoApproval" ("AutoApprovalId" int identity not null primary key, "EligibilityId" int, "ClaimId" int not null, "Reference" nvarchar(10) not null, "EmailAddress" nvarchar(100) not null, "DateAdded" datetime2 not null)');
end;
if object_id(N'IntSchema.Benefit') is null
begin
  exec (N'create table "IntSchema"."Benefit" ("BenefitId" int not null primary key, "EligibilityId" int not null, "Reference" nvarchar(10) not null, "FirstName" nvarchar(100) not null, "LastName" nvarchar(100) not null, "NationalInsuranceNumber" nvarchar(10) not null, "DateOfBirth" datetime2 not null)');
  exec (N'create index "IX_IntSchema_Benefit_EligibilityId" on "IntSchema"."Benefit" ("EligibilityId")');
  exec (N'create index "IX_IntSchema_Benefit_Reference" on "IntSchema"."Benefit" ("Reference")');
end;
if object_id(N'IntSchema.ClaimRejectionReason') is null
begin
  exec (N'create table "IntSchema"."ClaimRejectionReason" ("ClaimRejectionReasonId" int identity not null primary key, "RejectionReason" nvarchar(1000) not null, "IsEnabled" bit)');
end;
if object_id(N'IntSchema.EligibleChild') is null
begin
  exec (N'create table "IntSchema"."EligibleChild" ("EligibleChildId" int not null primary key, "EligibilityId" int not null, "DateOfBirth" datetime2 not null, "Reference" nvarchar(10) not null, "FirstName" nvarchar(100) not null, "LastName" nvarchar(100) not null, "ChildRelationship" nvarchar(100) not null, "ParentFirstName" nvarchar(100) not null, "ParentLastName" nvarchar(100) not null, "HouseNumberAndStreet" nvarchar(250) not null, "Town" nvarchar(100) not null, "County" nvarchar(100) not null, "PostCode" nvarchar(10) not null, "Country" nvarchar(100) not null)');
  exec (N'create index "IX_IntSchema_EligibleChild_Reference" on "IntSchema"."EligibleChild" ("Reference")');
end;
if object_id(N'IntSchema.TopUp') is null
begin
  exec (N'create table "IntSchema"."TopUp" ("TopUpId" int identity not null primary key, "ClaimId" int not null references "IntSchema"."Claim" ("ClaimId"), "PaymentStatus" nvarchar(100) not null, "Caseworker" nvarchar(100) not null, "Reason" nvarchar(2000) not null, "TopUpAmount" decimal(8,2) not null, "DateAdded" datetime2, "PaymentDate" datetime2)');
end;
if object_id(N'IntSchema.AuditConfig') is null
begin
  exec (N'create table "IntSchema"."AuditConfig" ("AuditConfigId" int identity not null primary key, "ThresholdAmount" decimal(8,2), "VerificationPercent" int, "DateCreated" datetime2)');
end;
if object_id(N'IntSchema.AuditReport') is null
begin
  exec (N'create table "IntSchema"."AuditReport" ("ReportId" int identity not null primary key, "StartDate" datetime2 not null, "EndDate" datetime2 not null, "CheckStatus" nvarchar(255), "VerificationStatus" nvarchar(255), "FinalStatus" nvarchar(255), "IsDeleted" bit)');
end;
if object_id(N'IntSchema.ReportData') is null
begin
  exec (N'create table "IntSchema"."ReportData" ("ReportId" int, "Reference" nvarchar(255) not null, "ClaimId" int not null, "PaymentAmount" decimal(8,2), "Caseworker" int, "Band5Username" nvarchar(255), "Band5Validity" nvarchar(255), "Band5Description" nvarchar(255), "Band9Username" nvarchar(255), "Band9Validity" nvarchar(255), "Band9Description" nvarchar(255))');
end;
commit transaction;
go
