-- archive-indexes.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- The indexes that this project's statements need on the web apps' tables in the archive database, for the owner of these.
-- Without them everything stays right, and slow: what is said of each is looked through from beginning to end. One is
-- made only where no index begins with its column. While it is made, nobody writes to its table: choose a quiet hour.
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
-- IntSchema.TopUp (ClaimId): the only table of a claim that has no reference to find its rows by (daily-tasks).
if not exists (select 1 from sys.indexes as i inner join sys.index_columns as k on k.object_id = i.object_id and k.index_id = i.index_id where i.object_id = object_id(N'IntSchema.TopUp') and i.is_disabled = 0 and k.key_ordinal = 1 and col_name(k.object_id, k.column_id) = N'ClaimId' and i.has_filter = 0) create index "IX_IntSchema_TopUp_ClaimId" on "IntSchema"."TopUp" ("ClaimId");
commit transaction;
go
