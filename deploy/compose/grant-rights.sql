-- After the migrations of docker-compose.yml: the archive's tables, and what the logins may do. For sqlcmd, as
-- the server's administrator. Safe to repeat.
:on error exit
use hwpv;
go
:r /deploy/sql/grants.sql
if user_id('hwpv_worker') is null create user hwpv_worker for login hwpv_worker;
alter role hwpv_async_worker add member hwpv_worker;
:r /deploy/sql/console-grants.sql
if user_id('hwpv_console') is null create user hwpv_console for login hwpv_console;
alter role hwpv_async_console add member hwpv_console;
go
use hwpv_archive;
go
:r /deploy/sql/archive-tables.sql
:r /deploy/sql/archive-indexes.sql
:r /deploy/sql/archive-grants.sql
if user_id('hwpv_worker') is null create user hwpv_worker for login hwpv_worker;
alter role hwpv_async_worker add member hwpv_worker;
go
