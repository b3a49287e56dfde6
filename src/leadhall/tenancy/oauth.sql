-- What stands behind the access tokens of apps.

-- name: standing
-- The living token of an app (for one business) that its access tokens stand for.
select uid, principal from token
 where app_id = $1 and business_id is not distinct from $2 and label = 'oauth' and revoked_at is null
   and coalesce(expires_at > now(), true)
 order by uid limit 1
