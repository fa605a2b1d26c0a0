-- 0003-payments.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0003-payments.
-- What has been applied is in AsyncSchema.Migration, for this script as for `npm run db:migrate`: each leaves to the
-- other what is left.
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
exec sp_getapplock @DbPrincipal = 'dbo', @Resource = 'kysely_migration', @LockMode = 'Exclusive', @LockOwner = 'Transaction';
if schema_id(N'AsyncSchema') is null exec (N'create schema "AsyncSchema"');
if object_id(N'AsyncSchema.Migration') is null exec (N'create table "AsyncSchema"."Migration" ("name" varchar(255) not null primary key, "timestamp" varchar(255) not null)');
if object_id(N'AsyncSchema.MigrationLock') is null exec (N'create table "AsyncSchema"."MigrationLock" ("id" varchar(255) not null primary key, "is_locked" integer default 0 not null)');
if not exists (select 1 from "AsyncSchema"."MigrationLock") insert into "AsyncSchema"."MigrationLock" ("id", "is_locked") values ('migration_lock', 0);
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0002-job-runs') throw 50000, N'0002-job-runs.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0003-payments')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."PaymentRun" ("RunId" nvarchar(50) not null primary key, "RunDate" nvarchar(10) not null, "Stamp" nvarchar(14) not null unique, "State" nvarchar(20) not null, "Stage" int not null, "LastKey" int not null, "ClaimsPaid" int not null, "TopUpsPaid" int not null, "TotalPence" bigint not null, "LeftOut" int not null, "LastReason" nvarchar(100), "DateStarted" datetime2 not null, "DateReserved" datetime2, "DateFilesWritten" datetime2, "DateSettled" datetime2)');
  exec (N'create table "AsyncSchema"."Payment" ("PaymentId" int identity not null primary key, "RunId" nvarchar(50) not null, "Kind" nvarchar(10) not null, "ItemId" int not null, "ClaimId" int not null, "Reference" nvarchar(10) not null, "Amount" int not null, "SortCode" nvarchar(6), "AccountNumber" nvarchar(8), "NameOnAccount" nvarchar(100), "RollNumber" nvarchar(30), "Country" nvarchar(100), "State" nvarchar(20) not null, "Reason" nvarchar(100))');
  exec (N'create unique index "IX_AsyncSchema_Payment_Run" on "AsyncSchema"."Payment" ("RunId", "Kind", "ItemId")');
  exec (N'create unique index "IX_AsyncSchema_Payment_Reserved" on "AsyncSchema"."Payment" ("Kind", "ItemId") where "State" = ''RESERVED''');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0003-payments'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
