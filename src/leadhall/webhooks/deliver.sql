-- What the channel asks and notes, across businesses.

-- name: endpoints
-- Of each: where to, what it wants, and its secrets that sign, the newest first.
select e.id, e.url, e.off_at is not null as is_off, e.failing_since is not null as is_failing,
       array(select s.entity || '/' || s.event_type from webhook_subscription s
              where s.business_id = e.business_id and s.endpoint_id = e.id) as events,
       array(select k.sealed from webhook_secret k
              where k.business_id = e.business_id and k.endpoint_id = e.id and (k.until is null or k.until > now())
              order by k.uid desc) as sealed
  from webhook_endpoint e
 where e.id = any ($1::bigint[])

-- name: failed
-- Notes a failure ($2: the other side's words; $3: it said that it is gone). `tell`: its owner has not heard of it yet
-- and it has failed for a day. Off: gone, or nothing but failures for five days.
update webhook_endpoint e
   set failing_since = coalesce(e.failing_since, now()), failures = e.failures + 1, last_failed_at = now(), last_answer = $2,
       told_failing_at = case when e.failing_since <= now() - interval '1 day' then coalesce(e.told_failing_at, now()) end,
       off_at = case when $3 or e.failing_since <= now() - interval '5 days' then now() end,
       off_because = case when $3 then 'gone' when e.failing_since <= now() - interval '5 days' then 'failing' end
  from webhook_endpoint was
 where e.id = $1 and e.off_at is null and was.business_id = e.business_id and was.id = e.id
returning e.business_id, e.directory_id, e.url, e.failing_since, e.failures, e.last_answer, e.off_because,
          e.told_failing_at is not null and was.told_failing_at is null as tell

-- name: recovered
update webhook_endpoint set failing_since = null, failures = 0, told_failing_at = null
 where id = $1 and failing_since is not null

-- name: admins
-- Who hears of an endpoint that is no one business's.
select u.email from directory_admin a join app_user u on u.id = a.user_id
 where a.directory_id = $1 and u.disabled_at is null
 order by u.id
