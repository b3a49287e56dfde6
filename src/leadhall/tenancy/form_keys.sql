-- name: create
insert into form_key (business_id, hash, uid, key, label, origins, settings)
select b.id, $2, $3, $4, $5, $6, $7 from business b where b.id = $1
returning uid, business_id, key, label, origins, settings, created_at, revoked_at

-- name: list
select uid, business_id, key, label, origins, settings, created_at, revoked_at
  from form_key where business_id = $1 order by created_at, uid

-- name: one
select uid, business_id, key, label, origins, settings, created_at, revoked_at
  from form_key where business_id = $1 and uid = $2

-- name: change
update form_key set origins = coalesce($2, origins), settings = coalesce($3, settings) where uid = $1
returning uid, business_id, key, label, origins, settings, created_at, revoked_at

-- name: revoke
update form_key set revoked_at = coalesce(revoked_at, now()) where uid = $1
returning business_id
