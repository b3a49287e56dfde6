-- Endpoints and what they subscribed to. Every statement names its owner: business (0: all of the directory's),
-- directory, kind of owner, app.

-- name: endpoint_of
-- The owner's endpoint of a URL, made if need be; `was_off` when it had been switched off.
insert into webhook_endpoint (business_id, directory_id, owner, app_id, url, made_by)
values ($1, $2, $3, $4, $5, $6)
    on conflict (business_id, directory_id, owner, coalesce(app_id, 0), url) do update set url = excluded.url
returning id, off_at is not null as was_off, xmax = 0 as made

-- name: how_many
select count(*) from webhook_endpoint where business_id = $1 and directory_id = $2 and owner = $3 and app_id is not distinct from $4

-- name: switch_on
-- Starts anew, as if nothing had failed.
update webhook_endpoint
   set off_at = null, off_because = null, failing_since = null, failures = 0, told_failing_at = null
 where business_id = $1 and directory_id = $2 and owner = $3 and app_id is not distinct from $4 and id = $5
returning id

-- name: subscribe
-- The new subscription's id; nothing when there is one.
insert into webhook_subscription (business_id, directory_id, endpoint_id, entity, event_type)
values ($1, $2, $3, $4, $5) on conflict do nothing
returning id

-- name: subscription
select id from webhook_subscription where business_id = $1 and endpoint_id = $2 and entity = $3 and event_type = $4

-- name: unsubscribe
-- From these events of a URL; from all when none are named. The endpoint stays with its secrets for who comes back.
delete from webhook_subscription s
 using webhook_endpoint e
 where e.business_id = $1 and e.directory_id = $2 and e.owner = $3 and e.app_id is not distinct from $4 and e.url = $5
   and s.business_id = e.business_id and s.endpoint_id = e.id
   and ($6::text[] is null or s.entity || '/' || s.event_type = any ($6))

-- name: unsubscribe_by_id
delete from webhook_subscription s
 where s.business_id = $1 and s.endpoint_id = $2 and s.entity || '/' || s.event_type <> all ($3)

-- name: subscriptions
-- In the order they were made. Filters: entity, event types (null: any).
select s.id, s.entity, s.event_type, e.url
  from webhook_endpoint e join webhook_subscription s on s.business_id = e.business_id and s.endpoint_id = e.id
 where e.business_id = $1 and e.directory_id = $2 and e.owner = $3 and e.app_id is not distinct from $4
   and ($5::text is null or s.entity = $5) and ($6::text[] is null or s.event_type = any ($6))
 order by s.id

-- name: list
-- The owner's endpoints, or the one of this id.
select e.id, e.url, e.owner, e.created_at, e.failing_since, e.failures, e.last_failed_at, e.last_answer, e.off_at, e.off_because,
       array(select s.entity || '/' || s.event_type from webhook_subscription s
              where s.business_id = e.business_id and s.endpoint_id = e.id order by s.id) as events
  from webhook_endpoint e
 where e.business_id = $1 and e.directory_id = $2 and e.owner = $3 and e.app_id is not distinct from $4
   and ($5::bigint is null or e.id = $5)
 order by e.id

-- name: all
-- Of every owner, for operators: within a business (null: everywhere), or the one of this id.
select e.id, e.url, e.owner, e.business_id, e.directory_id, e.app_id, b.uid as business_uid, d.uid as directory_uid,
       e.created_at, e.failing_since, e.failures, e.last_failed_at, e.last_answer, e.off_at, e.off_because,
       array(select s.entity || '/' || s.event_type from webhook_subscription s
              where s.business_id = e.business_id and s.endpoint_id = e.id order by s.id) as events
  from webhook_endpoint e
  join directory d on d.id = e.directory_id
  left join business b on b.id = e.business_id
 where ($1::bigint is null or e.business_id = $1) and ($2::bigint is null or e.id = $2)
 order by e.id

-- name: remove
-- With its subscriptions and secrets; whether it was there.
with gone as (
    delete from webhook_endpoint e
     where e.business_id = $1 and e.directory_id = $2 and e.owner = $3 and e.app_id is not distinct from $4 and e.id = $5
    returning business_id, id
), events as (
    delete from webhook_subscription s using gone where s.business_id = gone.business_id and s.endpoint_id = gone.id
), secrets as (
    delete from webhook_secret s using gone where s.business_id = gone.business_id and s.endpoint_id = gone.id
)
select exists (select from gone)

-- name: retire_secrets
-- They sign until then at the latest; of older ones only the newest goes on, so that never more than two sign.
update webhook_secret
   set until = case when uid = (select max(uid) from webhook_secret where business_id = $1 and endpoint_id = $2)
                    then least(until, now() + $3::interval) else now() end
 where business_id = $1 and endpoint_id = $2 and (until is null or until > now())

-- name: add_secret
insert into webhook_secret (business_id, directory_id, endpoint_id, uid, sealed) values ($1, $2, $3, $4, $5)

-- name: forget_secrets
-- Those whose time is over.
delete from webhook_secret where business_id = $1 and endpoint_id = $2 and until < now()
