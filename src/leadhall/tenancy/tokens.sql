-- name: directory_of_staff
select b.directory_id from business b join staff s on s.business_id = b.id
 where b.id = $1 and s.uid = $2 and s.deleted_at is null

-- name: directory_of_app
-- For one business, the app must be installed there.
select a.directory_id from app a
 where a.id = $1
   and ($2::bigint is null
        or exists (select from app_installation i
                    where i.app_id = a.id and i.business_id = $2 and i.uninstalled_at is null))

-- name: directory_of_directory
select id from directory where id = $1

-- name: directory_of_client
select directory_id from business where id = $1 and $2::text <> ''

-- name: businesses_of
select count(*) from business where directory_id = $1 and id = any ($2::bigint[])

-- name: insert
-- True when it was made; nothing when the secret is a token already. A new token is its own principal.
insert into token (hash, uid, principal, kind, label, hint, directory_id, business_id, staff_uid, app_id, client_uid,
                   scopes, only_businesses, cidrs, mode, rate_per_s, burst, issued_by, expires_at)
values ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
    on conflict (hash) do nothing
returning true

-- name: list
-- Masked, a page of them by uid, which is the order they were made in.
select t.uid, t.principal, t.kind, t.label, t.hint, d.uid as directory_uid, b.uid as business_uid, t.staff_uid,
       a.uid as app_uid, t.client_uid, t.scopes,
       (select array_agg(o.uid order by o.id) from business o where o.id = any (t.only_businesses)) as only_businesses,
       t.cidrs::text[] as cidrs, t.mode, t.rate_per_s, t.burst, t.issued_by,
       t.created_at, t.expires_at, t.revoked_at, t.last_used_at
  from token t
  join directory d on d.id = t.directory_id
  left join business b on b.id = t.business_id
  left join app a on a.id = t.app_id
 where ($1::bigint is null or t.directory_id = $1) and ($2::bigint is null or t.business_id = $2) and t.uid > $3
 order by t.uid
 limit $4

-- name: get
select t.uid, t.principal, t.kind, t.label, t.hint, d.uid as directory_uid, b.uid as business_uid, t.staff_uid,
       a.uid as app_uid, t.client_uid, t.scopes,
       (select array_agg(o.uid order by o.id) from business o where o.id = any (t.only_businesses)) as only_businesses,
       t.cidrs::text[] as cidrs, t.mode, t.rate_per_s, t.burst, t.issued_by,
       t.created_at, t.expires_at, t.revoked_at, t.last_used_at
  from token t
  join directory d on d.id = t.directory_id
  left join business b on b.id = t.business_id
  left join app a on a.id = t.app_id
 where t.uid = $1

-- name: revoke
-- True when it lived until now.
update token set revoked_at = now() where uid = $1 and revoked_at is null
returning true

-- name: revoke_of_client
-- Those of these clients that lived.
update token set revoked_at = now()
 where business_id = $1 and client_uid = any ($2) and revoked_at is null
returning uid

-- name: rotate
-- The same token under a new secret; nothing when the old one is dead.
insert into token (hash, uid, principal, kind, label, hint, directory_id, business_id, staff_uid, app_id, client_uid,
                   scopes, only_businesses, cidrs, mode, rate_per_s, burst, issued_by, expires_at)
select $2, $3, principal, kind, label, $4, directory_id, business_id, staff_uid, app_id, client_uid,
       scopes, only_businesses, cidrs, mode, rate_per_s, burst, $5, now() + (expires_at - created_at)
  from token
 where uid = $1 and revoked_at is null and coalesce(expires_at > now(), true)
returning uid

-- name: expire
-- Never later than it would have.
update token set expires_at = least(expires_at, now() + $2::interval) where uid = $1
