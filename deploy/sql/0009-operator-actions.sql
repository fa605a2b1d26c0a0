-- 0009-operator-actions.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- AsyncSchema, migration 0009-operator-actions.
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
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0008-one-open-run') throw 50000, N'0008-one-open-run.sql comes first', 1;
if not exists (select 1 from "AsyncSchema"."Migration" where "name" = N'0009-operator-actions')
begin
  exec (N'if schema_id(''AsyncSchema'') is null exec(''create schema AsyncSchema'')');
  exec (N'create table "AsyncSchema"."OperatorAction" ("ActionId" int identity not null primary key, "ActionKey" nvarchar(100) not null unique, "Person" nvarchar(100) not null, "Via" nvarchar(20) not null, "Action" nvarchar(50) not null, "Target" nvarchar(200) not null, "Input" nvarchar(max) not null, "Reason" nvarchar(200), "State" nvarchar(20) not null, "Outcome" nvarchar(400), "Result" nvarchar(max), "DateStarted" datetime2 not null, "DateEnded" datetime2)');
  exec (
    N'insert into "AsyncSchema"."Migration" ("name", "timestamp") values (''0009-operator-actions'', convert(varchar(23), sysutcdatetime(), 126) + ''Z'')'
  );
end;
commit transaction;
go
