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
-- Whether it is news; nothing when the two are not of one directory.
with meant as (
    select a.id as app_id, b.id as business_id
      from app a join business b on b.directory_id = a.directory_id
     where a.id = $1 and b.id = $2
), done as (
    insert into app_installation (app_id, business_id) select app_id, business_id from meant
        on conflict (business_id, app_id) do update set uninstalled_at = null, installed_at = now()
     where app_installation.uninstalled_at is not null
    returning true
)
select exists (select from done) as is_new from meant

-- name: uninstall
-- Whether it is news.
update app_installation set uninstalled_at = now() where app_id = $1 and business_id = $2 and uninstalled_at is null
returning true

-- name: told
-- What is told of an app and a business.
select b.uid as business_id, a.code_name as app_code_name, a.uid as app_id from app a, business b where a.id = $1 and b.id = $2

-- name: is_installed
-- Whether an app of this code name is let into the business.
select exists (select from app_installation i join app a on a.id = i.app_id
                where i.business_id = $1 and i.uninstalled_at is null and a.code_name = $2)
