-- 0013-flows.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0013-flows.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0012-schedules') throw 50000, N'0012-schedules.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0013-flows')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."Flow" ("FlowId" int identity not null primary key, "Kind" nvarchar(50) not null, "FlowKey" nvarchar(200) not null, "Input" nvarchar(max) not null, "State" nvarchar(30) not null, "Reason" nvarchar(100), "Run" int not null, "DateCreated" datetime2 not null, "DateStarted" datetime2, "DateResumed" datetime2, "DateEnded" datetime2)');
  exec (N'create table "AsyncSchema"."FlowStep" ("StepId" int identity not null primary key, "FlowId" int not null, "Position" int not null, "Name" nvarchar(50) not null, "Subject" nvarchar(100) not null, "MessageId" nvarchar(200), "HoldAfter" int not null, "Queued" int not null, "Done" int not null, "Failed" int not null, "DateStarted" datetime2, "DateApproved" datetime2, "DateEnded" datetime2)');
  exec (N'create unique index "IX_AsyncSchema_Flow_Key" on "AsyncSchema"."Flow" ("Kind", "FlowKey")');
  exec (N'create unique index "IX_AsyncSchema_Flow_UnderWay" on "AsyncSchema"."Flow" ("Kind") where "DateEnded" is null and "DateStarted" is not null');
  exec (N'create index "IX_AsyncSchema_Flow_Open" on "AsyncSchema"."Flow" ("FlowId") where "DateEnded" is null');
  exec (N'create unique index "IX_AsyncSchema_FlowStep_Place" on "AsyncSchema"."FlowStep" ("FlowId", "Position")');
  exec (N'alter table "AsyncSchema"."Outbox" add "FlowStepId" int');
  exec (N'create index "IX_AsyncSchema_Outbox_Items" on "AsyncSchema"."Outbox" ("FlowStepId", "State", "DateEnded") where "FlowStepId" is not null');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0013-flows'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
