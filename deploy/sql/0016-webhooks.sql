-- 0016-webhooks.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0016-webhooks.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0015-notifications') throw 50000, N'0015-notifications.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0016-webhooks')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."WebhookEndpoint" ("EndpointId" int identity not null primary key, "Name" nvarchar(50) not null unique, "Address" nvarchar(500) not null, "Secret" nvarchar(50) not null, "OtherSecret" nvarchar(50), "WithToken" bit not null, "State" nvarchar(20) not null, "StateReason" nvarchar(100), "LastSequence" int not null, "DateBusyUntil" datetime2, "DateCreated" datetime2 not null, "DateChanged" datetime2 not null)');
  exec (N'create table "AsyncSchema"."WebhookSubscription" ("EndpointId" int not null, "Event" nvarchar(50) not null, constraint "PK_AsyncSchema_WebhookSubscription" primary key ("EndpointId", "Event"))');
  exec (N'create table "AsyncSchema"."WebhookEvent" ("EventId" int identity not null primary key, "WebhookId" nvarchar(50) not null unique, "Event" nvarchar(50) not null, "Data" nvarchar(max) not null, "Reference" nvarchar(10), "DateOccurred" datetime2 not null, "DateQueued" datetime2)');
  exec (N'create table "AsyncSchema"."WebhookDelivery" ("EndpointId" int not null, "Sequence" int not null, "EventId" int not null, "State" nvarchar(20) not null, "Run" int not null, "MessageId" nvarchar(200), "LastReason" nvarchar(100), "DateQueued" datetime2 not null, "DateDue" datetime2, "DateEnded" datetime2, constraint "PK_AsyncSchema_WebhookDelivery" primary key ("EndpointId", "Sequence"))');
  exec (N'create unique index "IX_AsyncSchema_WebhookDelivery_Event" on "AsyncSchema"."WebhookDelivery" ("EventId", "EndpointId")');
  exec (N'create unique index "IX_AsyncSchema_WebhookDelivery_Due" on "AsyncSchema"."WebhookDelivery" ("EndpointId") where "State" = ''DUE''');
  exec (N'create index "IX_AsyncSchema_WebhookDelivery_State" on "AsyncSchema"."WebhookDelivery" ("EndpointId", "State", "Sequence")');
  exec (N'create index "IX_AsyncSchema_WebhookDelivery_Ended" on "AsyncSchema"."WebhookDelivery" ("DateEnded") where "DateEnded" is not null');
  exec (N'create index "IX_AsyncSchema_WebhookEvent_ToQueue" on "AsyncSchema"."WebhookEvent" ("EventId") where "DateQueued" is null');
  exec (N'create index "IX_AsyncSchema_WebhookEvent_Occurred" on "AsyncSchema"."WebhookEvent" ("DateOccurred")');
  exec (N'create index "IX_AsyncSchema_WebhookEvent_Claim" on "AsyncSchema"."WebhookEvent" ("Reference") where "Reference" is not null');
  exec (N'create index "IX_AsyncSchema_WebhookSubscription_Event" on "AsyncSchema"."WebhookSubscription" ("Event")');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0016-webhooks'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
