-- What the runner itself asks and writes.

-- name: may_make_roles
select rolcreaterole or rolsuper from pg_roles where rolname = current_user

-- name: become
-- Asked by trying: PostgreSQL 15 and 16 tell `may set role` in different words.
select set_config('role', $1, true)

-- name: owner_of_schema
-- The role that owns our schema; null when there is none yet.
select r.rolname from pg_namespace n join pg_roles r on r.oid = n.nspowner where n.nspname = 'leadhall'

-- name: make_schema_of_owner
do $$ begin
    if to_regnamespace('leadhall') is null then create schema leadhall authorization leadhall_owner; end if;
end $$

-- name: make_schema
create schema if not exists leadhall

-- name: lock
select pg_advisory_lock($1)

-- name: make_log
create table if not exists migration (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())

-- name: has_log
select to_regclass('migration') is not null

-- name: log
select name, sha256 from migration

-- name: record
insert into migration (name, sha256) values ($1, $2)
    on conflict (name) do update set sha256 = excluded.sha256, applied_at = now()

-- name: wait_at_most
select set_config('lock_timeout', $1, true)
