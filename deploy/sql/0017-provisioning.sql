-- 0017-provisioning.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0017-provisioning.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0016-webhooks') throw 50000, N'0016-webhooks.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0017-provisioning')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."ProvisioningTarget" ("TargetId" int identity not null primary key, "Name" nvarchar(40) not null unique, "WsdlUrl" nvarchar(400) not null, "Format" nvarchar(20) not null, "Kinds" nvarchar(60) not null, "Credentials" nvarchar(40), "IsAddressed" bit not null, "State" nvarchar(20) not null, "Reason" nvarchar(100), "FailedInARow" int not null, "ProbeMessageId" nvarchar(200), "Fills" int not null, "DateCreated" datetime2 not null, "DateChanged" datetime2 not null, "DateHeld" datetime2)');
  exec (N'create table "AsyncSchema"."ProvisioningSubject" ("SubjectId" int identity not null primary key, "Kind" nvarchar(20) not null, "SubjectKey" nvarchar(100) not null, "Version" int not null, "State" nvarchar(max) not null, "IsAbsent" bit not null, "DateSaid" datetime2 not null, "TaskSchema" nvarchar(20), "TaskId" int, "DateChanged" datetime2 not null)');
  exec (N'create table "AsyncSchema"."ProvisioningEntry" ("EntryId" int identity not null primary key, "TargetId" int not null, "SubjectId" int not null, "Part" nvarchar(100) not null, "Wanted" nvarchar(max) not null, "IsAbsent" bit not null, "WantedVersion" int not null, "SentVersion" int, "ConfirmedVersion" int not null, "AtTarget" nvarchar(10) not null, "MessageId" nvarchar(200), "Messages" int not null, "Reason" nvarchar(100), "DateChanged" datetime2 not null, "DateConfirmed" datetime2)');
  exec (N'create unique index "IX_AsyncSchema_ProvisioningSubject_Key" on "AsyncSchema"."ProvisioningSubject" ("Kind", "SubjectKey")');
  exec (N'create unique index "IX_AsyncSchema_ProvisioningEntry_Subject" on "AsyncSchema"."ProvisioningEntry" ("SubjectId", "TargetId", "Part")');
  exec (N'create index "IX_AsyncSchema_ProvisioningEntry_Target" on "AsyncSchema"."ProvisioningEntry" ("TargetId", "Reason", "ConfirmedVersion", "WantedVersion")');
  exec (N'create index "IX_AsyncSchema_Outbox_Subjects" on "AsyncSchema"."Outbox" ("TaskSchema", "TaskId", "DateEnded") where "Subject" = ''provisioning.subject-changed''');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0017-provisioning'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
