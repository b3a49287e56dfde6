-- name: create
-- No row when code name or client id are taken or there is no such directory.
insert into app (directory_id, uid, client_id, client_secret_hash, name, code_name, redirect_uri, scopes, app_type, trusted)
select d.id, $2, $3, $4, $5, $6, $7, $8, $9, $10 from directory d where d.id = $1
    on conflict do nothing
returning id, uid, directory_id, name, code_name, client_id, redirect_uri, scopes, app_type, trusted, created_at

-- name: directory_exists
select exists (select from directory where id = $1)

-- name: client_id_is_taken
select exists (select from app where client_id = $1)

-- name: get
select id, uid, directory_id, name, code_name, client_id, redirect_uri, scopes, app_type, trusted, created_at
  from app where uid = $1 and ($2::bigint is null or directory_id = $2)

-- name: list
select id, uid, directory_id, name, code_name, client_id, redirect_uri, scopes, app_type, trusted, created_at
  from app where $1::bigint is null or directory_id = $1 order by id

-- name: install
insert into app_installation (app_id, business_id)
select a.id, b.id from app a join business b on b.directory_id = a.directory_id where a.id = $1 and b.id = $2
    on conflict (business_id, app_id) do update
   set uninstalled_at = null,
       installed_at = case when app_installation.uninstalled_at is null then app_installation.installed_at else now() end
returning true

-- name: uninstall
update app_installation set uninstalled_at = now() where app_id = $1 and business_id = $2 and uninstalled_at is null

-- name: is_installed
-- Whether an app of this code name is let into the business.
select exists (select from app_installation i join app a on a.id = i.app_id
                where i.business_id = $1 and i.uninstalled_at is null and a.code_name = $2)
