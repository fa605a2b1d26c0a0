-- 0001-async-schema.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0001-async-schema.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0001-async-schema')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."Inbox" ("Consumer" nvarchar(100) not null, "MessageId" nvarchar(200) not null, "State" nvarchar(20) not null, "DateStarted" datetime2 not null, "DateDone" datetime2, constraint "PK_AsyncSchema_Inbox" primary key ("Consumer", "MessageId"))');
  exec (N'create table "AsyncSchema"."Outbox" ("OutboxId" int identity not null primary key, "MessageId" nvarchar(200) not null unique, "Subject" nvarchar(100) not null, "Body" nvarchar(max) not null, "Traceparent" nvarchar(55), "TaskSchema" nvarchar(20), "TaskId" int, "Run" int, "State" nvarchar(20) not null, "Attempts" int not null, "LastReason" nvarchar(100), "DateCreated" datetime2 not null, "DateLastHeard" datetime2 not null, "DatePublished" datetime2, "StreamSequence" int, "DateEnded" datetime2)');
  exec (N'create table "AsyncSchema"."ScheduleRun" ("Job" nvarchar(50) not null, "RunDate" nvarchar(10) not null, "DateDue" datetime2 not null, "DateFired" datetime2 not null, constraint "PK_AsyncSchema_ScheduleRun" primary key ("Job", "RunDate"))');
  exec (N'create unique index "IX_AsyncSchema_Outbox_Task" on "AsyncSchema"."Outbox" ("TaskSchema", "TaskId", "Run") where "TaskId" is not null');
  exec (N'create index "IX_AsyncSchema_Outbox_Owed" on "AsyncSchema"."Outbox" ("DateLastHeard") where "DateEnded" is null');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0001-async-schema'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
