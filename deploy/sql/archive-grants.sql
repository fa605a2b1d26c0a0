-- archive-grants.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- What the worker's login may do in the archive database: what its statements need, and no more (a test compares them).
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
grant select, insert on object::"IntSchema"."Benefit" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."Claim" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."ClaimBankDetail" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."ClaimChild" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."ClaimDeduction" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."ClaimDocument" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."ClaimEscort" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."ClaimEvent" to "hwpv_async_worker";
grant select, insert, update on object::"IntSchema"."ClaimExpense" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."Eligibility" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."EligibleChild" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."Prisoner" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."TopUp" to "hwpv_async_worker";
grant select, insert on object::"IntSchema"."Visitor" to "hwpv_async_worker";
commit transaction;
go
