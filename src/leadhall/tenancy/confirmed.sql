-- Whose address is theirs.

-- name: email
-- The first confirmation stands.
update app_user set email_verified_at = coalesce(email_verified_at, now()) where id = $1 and email_key = $2
returning true

-- name: staff
update app_user set email_verified_at = now()
 where email_verified_at is null and id in (select user_id from staff where business_id = $1)
