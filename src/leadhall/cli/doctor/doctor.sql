-- What doctor asks the database.

-- name: clock
select clock_timestamp();

-- name: about
select current_setting('server_version') as version, current_setting('data_checksums') as checksums;
