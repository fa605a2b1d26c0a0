-- grants.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- What the worker's login may do in the database: what its statements need, and no more (a test compares them).
-- Afterwards: alter role hwpv_async_worker add member [the worker's user];
-- A login that was a member of db_datareader and db_datawriter is to be taken out of them.
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
if database_principal_id(N'hwpv_async_worker') is null create role "hwpv_async_worker";
declare @taken nvarchar(max) = (
  select string_agg(cast(N'revoke ' + permission_name + N' on object::' + quotename(object_schema_name(major_id))
    + N'.' + quotename(object_name(major_id)) + N' from "hwpv_async_worker";' as nvarchar(max)), N' ')
  from sys.database_permissions
  where class = 1 and minor_id = 0 and grantee_principal_id = database_principal_id(N'hwpv_async_worker')
);
exec (@taken);
grant select, insert, delete on object::"AsyncSchema"."FileToDelete" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."Flow" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."FlowStep" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."Inbox" to "hwpv_async_worker";
grant select, insert, delete on object::"AsyncSchema"."JobRowLeft" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."JobRun" to "hwpv_async_worker";
grant select on object::"AsyncSchema"."Migration" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."Notification" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."OperatorAction" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."Outbox" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."Payment" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."PaymentRun" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."Prison" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."PrisonChange" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."ProvisioningEntry" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."ProvisioningSubject" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."ProvisioningTarget" to "hwpv_async_worker";
grant select, insert on object::"AsyncSchema"."Readdressed" to "hwpv_async_worker";
grant select, insert on object::"AsyncSchema"."Restoration" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."Schedule" to "hwpv_async_worker";
grant select, insert, delete on object::"AsyncSchema"."ScheduleRun" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."TaskClosed" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."WebhookDelivery" to "hwpv_async_worker";
grant select, insert, update on object::"AsyncSchema"."WebhookEndpoint" to "hwpv_async_worker";
grant select, insert, update, delete on object::"AsyncSchema"."WebhookEvent" to "hwpv_async_worker";
grant select, insert, delete on object::"AsyncSchema"."WebhookSubscription" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."Benefit" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."Claim" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."ClaimBankDetail" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."ClaimChild" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."ClaimDocument" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."ClaimEscort" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."ClaimExpense" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."Eligibility" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."EligibilityVisitorUpdateContactDetail" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."EligibleChild" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."Prisoner" to "hwpv_async_worker";
grant select, update on object::"ExtSchema"."Task" to "hwpv_async_worker";
grant select, delete on object::"ExtSchema"."Visitor" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."AutoApproval" to "hwpv_async_worker";
grant select on object::"IntSchema"."AutoApprovalConfig" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."Benefit" to "hwpv_async_worker";
grant select, insert, update, delete on object::"IntSchema"."Claim" to "hwpv_async_worker";
grant select, insert, update, delete on object::"IntSchema"."ClaimBankDetail" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."ClaimChild" to "hwpv_async_worker";
grant select, delete on object::"IntSchema"."ClaimDeduction" to "hwpv_async_worker";
grant select, insert, update, delete on object::"IntSchema"."ClaimDocument" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."ClaimEscort" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."ClaimEvent" to "hwpv_async_worker";
grant select, insert, update, delete on object::"IntSchema"."ClaimExpense" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."DirectPaymentFile" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."Eligibility" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."EligibleChild" to "hwpv_async_worker";
grant select, insert, delete on object::"IntSchema"."Prisoner" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."Task" to "hwpv_async_worker";
grant select, update, delete on object::"IntSchema"."TopUp" to "hwpv_async_worker";
grant select, insert, update, delete on object::"IntSchema"."Visitor" to "hwpv_async_worker";
commit transaction;
go
