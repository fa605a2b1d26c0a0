-- 0008-one-open-run.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0008-one-open-run.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0007-rows-left') throw 50000, N'0007-rows-left.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0008-one-open-run')
begin
  exec (N'update "AsyncSchema"."Outbox" set "State" = ''FAILED'', "LastReason" = ''superseded'', "DateEnded" = "DateLastHeard" where "DateEnded" is null and exists (select "later"."OutboxId" from "AsyncSchema"."Outbox" as "later" where "later"."TaskSchema" = "AsyncSchema"."Outbox"."TaskSchema" and "later"."TaskId" = "AsyncSchema"."Outbox"."TaskId" and "later"."Run" > "AsyncSchema"."Outbox"."Run" and "later"."DateEnded" is null)');
  exec (N'create unique index "IX_AsyncSchema_Outbox_OpenRun" on "AsyncSchema"."Outbox" ("TaskSchema", "TaskId") where "DateEnded" is null and "TaskId" is not null');
  exec (N'create index "IX_AsyncSchema_Outbox_ToPublish" on "AsyncSchema"."Outbox" ("DateLastHeard") where "State" = ''TO-PUBLISH'' and "DateEnded" is null');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0008-one-open-run'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
