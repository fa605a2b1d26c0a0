-- The databases of docker-compose.yml, and the services' login. For sqlcmd, as the server's administrator, with the
-- variable WORKER_PASSWORD. Safe to repeat; the password is then changed.
if db_id('hwpv') is null create database hwpv;
if db_id('hwpv_archive') is null create database hwpv_archive;
go
if suser_id('hwpv_worker') is null
  create login hwpv_worker with password = '$(WORKER_PASSWORD)';
else
  alter login hwpv_worker with password = '$(WORKER_PASSWORD)';
go
