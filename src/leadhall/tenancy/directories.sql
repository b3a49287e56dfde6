-- name: create
-- No row when the uid is taken.
insert into directory (uid, name) values ($1, $2)
    on conflict (uid) do nothing
returning id, uid, name, settings, created_at

-- name: get
select id, uid, name, settings, created_at from directory where uid = $1

-- name: list
select id, uid, name, settings, created_at from directory order by id

-- name: add_admin
insert into directory_admin (directory_id, user_id) values ($1, $2) on conflict do nothing

-- name: branding
select uid, name, settings -> 'branding' as branding from directory where id = $1
