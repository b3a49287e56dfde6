-- What doctor asks the database.

-- name: clock
select clock_timestamp();

-- name: about
select current_setting('server_version') as version, current_setting('data_checksums') as checksums;

-- name: outbox
select coalesce((select extract(epoch from now() - min(due_at)) from outbox where dead_at is null), 0)::float8 as lag_s,
       (select count(*) from outbox where dead_at is not null) as dead;

-- name: gave_up
-- Deliveries of the last day that the other side never took, and greetings that wait to be released.
select count(*) filter (where state in ('failed', 'given_up')) as lost, count(*) filter (where state = 'waiting') as held
  from delivery
 where created_at > now() - interval '1 day'
   and (state in ('failed', 'given_up') or state = 'waiting' and due_at is null);

-- name: nobodys
-- Mail and texts that came in and belong to no business.
select count(*) from inbound where business_id = 0 and fate = 'held' and settled_at is null;

-- name: resting
select lane, fault, answer, until from sender_pause where until > now() order by lane;

-- name: suppressed_staff
-- Members of staff whose own address is suppressed: they hear by text, or somebody else does.
select b.name as business, s.display_name as person
  from suppression x
  join business b on b.id = x.business_id
  join app_user u on u.email_key = x.address and x.channel = 'email'
  join staff s on s.business_id = x.business_id and s.user_id = u.id and s.deleted_at is null
 order by b.name, s.display_name
 limit 20;

-- name: webhooks
-- Endpoints that are off or fail, the worst first.
select id, url, off_because, failing_since from webhook_endpoint
 where off_at is not null or failing_since is not null
 order by off_at is null, failing_since, id
 limit 20
