-- task-indexes.sql: made from the code by `npm run db:script`; changes by hand are lost. Safe to repeat.
-- One filtered index on each Task table, for the owner of the web apps' tables.
-- Without them everything works, and the relay looks through the whole table several times a second.
-- From then on every program that writes to these tables must have quoted_identifier on, as all drivers do and sqlcmd
-- does with -I.
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
if not exists (select 1 from sys.indexes where name = 'IX_ExtSchema_Task_Pending' and object_id = object_id('ExtSchema.Task')) create index "IX_ExtSchema_Task_Pending" on "ExtSchema"."Task" ("TaskId") where "Status" = 'PENDING';
if not exists (select 1 from sys.indexes where name = 'IX_IntSchema_Task_Pending' and object_id = object_id('IntSchema.Task')) create index "IX_IntSchema_Task_Pending" on "IntSchema"."Task" ("TaskId") where "Status" = 'PENDING';
commit transaction;
go
