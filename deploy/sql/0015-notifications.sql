-- 0015-notifications.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0015-notifications.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0014-prisons') throw 50000, N'0014-prisons.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0015-notifications')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."Notification" ("MessageId" nvarchar(200) not null primary key, "NotifyId" nvarchar(36) not null, "Channel" nvarchar(10) not null, "Template" nvarchar(100) not null, "State" nvarchar(20) not null, "Reference" nvarchar(10), "EligibilityId" int, "ClaimId" int, "TaskSchema" nvarchar(20), "TaskId" int, "DateSent" datetime2 not null, "DateNextLook" datetime2, "DateEnded" datetime2, "DateSentAnew" datetime2)');
  exec (N'create index "IX_AsyncSchema_Notification_NextLook" on "AsyncSchema"."Notification" ("DateNextLook") where "DateNextLook" is not null');
  exec (N'create index "IX_AsyncSchema_Notification_Sent" on "AsyncSchema"."Notification" ("DateSent")');
  exec (N'create index "IX_AsyncSchema_Notification_Claim" on "AsyncSchema"."Notification" ("Reference") where "Reference" is not null');
  exec (N'create unique index "IX_AsyncSchema_Notification_SentAnew" on "AsyncSchema"."Notification" ("TaskSchema", "TaskId") where "DateSentAnew" is not null');
  exec (N'create index "IX_AsyncSchema_Outbox_Notifications" on "AsyncSchema"."Outbox" ("TaskSchema", "TaskId", "DateEnded") where "Subject" = ''notifications.requested''');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0015-notifications'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
