-- The databases of docker-compose.yml, and the logins of the services and of the console. For sqlcmd, as the server's
-- administrator, with the variables WORKER_PASSWORD and CONSOLE_PASSWORD. Safe to repeat; the passwords are then changed.
if db_id('hwpv') is null create database hwpv;
if db_id('hwpv_archive') is null create database hwpv_archive;
go
if suser_id('hwpv_worker') is null
  create login hwpv_worker with password = '$(WORKER_PASSWORD)';
else
  alter login hwpv_worker with password = '$(WORKER_PASSWORD)';
go
if suser_id('hwpv_console') is null
  create login hwpv_console with password = '$(CONSOLE_PASSWORD)';
else
  alter login hwpv_console with password = '$(CONSOLE_PASSWORD)';
go
