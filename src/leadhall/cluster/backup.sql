-- name: standing
-- How this login may act on Leadhall's tables: as itself with every right, or by taking the owner's role.
select r.rolsuper as super,
       exists (select from pg_roles o where o.rolname = 'leadhall_owner' and pg_has_role(r.oid, o.oid, 'member')) as owner
  from pg_roles r
 where r.rolname = session_user;

-- name: take_role
select set_config('role', $1, false);

-- name: see_every_row
-- A count that row-level security would cut short must fail instead.
select set_config('row_security', 'off', false);

-- name: counting
-- One ready statement for each table that holds rows itself (partitions, not their parents).
-- $1: a schema, or null for every schema that is not PostgreSQL's own.
select n.nspname as schema, c.relname as "table",
       format('select count(*) from only %I.%I', n.nspname, c.relname) as statement
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind = 'r' and c.relpersistence <> 't'
   and case when $1::text is null
            then n.nspname <> 'information_schema' and n.nspname not like 'pg\_%'
            else n.nspname = $1 end
 order by 1, 2;

-- name: snapshot
select pg_export_snapshot();

-- name: has_schema
select to_regnamespace($1) is not null;

-- name: others_connected
-- Sessions of Leadhall's logins in this database, ours excepted. Of other logins we may not see the backend's type.
select count(*)
  from pg_stat_activity a
 where a.datname = current_database() and a.pid <> pg_backend_pid() and coalesce(a.backend_type, 'client backend') = 'client backend'
   and (a.usename = session_user or a.application_name like 'leadhall%');

-- name: renaming
-- Schemas are renamed by a statement that PostgreSQL itself quotes.
select format('alter schema %I rename to %I', $1::text, $2::text);

-- name: drop_restored
drop schema if exists leadhall_restoring cascade;

-- name: analyze
analyze;

-- name: other_databases
select datname from pg_database where datname not in ('leadhall', 'postgres', 'template0', 'template1') order by 1;
