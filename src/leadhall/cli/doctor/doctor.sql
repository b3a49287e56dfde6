-- What doctor asks the database.

-- name: settings
-- The settings that decide whether an acknowledged lead survives a power cut, as this session has them.
select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name;

-- name: clock
select clock_timestamp();

-- name: about
select current_setting('server_version') as version, current_setting('data_checksums') as checksums;
