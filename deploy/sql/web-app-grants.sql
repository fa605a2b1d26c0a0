-- web-app-grants.sql: made from the code by `npm run generate`; changes by hand are lost. Safe to repeat.
-- What the web apps' logins may do in AsyncSchema, besides what they may do in their own schemas: read.
-- Afterwards: alter role hwpv_async_web_app add member [each web app's user];
set nocount on;
set xact_abort on;
set ansi_nulls, ansi_padding, ansi_warnings, arithabort, concat_null_yields_null, quoted_identifier on;
set numeric_roundabort off;
go
begin transaction;
if database_principal_id(N'hwpv_async_web_app') is null create role "hwpv_async_web_app";
declare @taken nvarchar(max) = (
  select string_agg(cast(N'revoke ' + permission_name + N' on object::' + quotename(object_schema_name(major_id))
    + N'.' + quotename(object_name(major_id)) + N' from "hwpv_async_web_app";' as nvarchar(max)), N' ')
  from sys.database_permissions
  where class = 1 and minor_id = 0 and grantee_principal_id = database_principal_id(N'hwpv_async_web_app')
);
exec (@taken);
grant select on object::"AsyncSchema"."Prison" to "hwpv_async_web_app";
commit transaction;
go
