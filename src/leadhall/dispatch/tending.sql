-- name: too_old
-- When sending begins for the first time, or again after a restore: what people were to hear a day ago is no news.
update delivery
   set state = 'skipped', reason = 'too_old', due_at = null, leased_until = null, settled_at = now()
 where due_at is not null and channel <> 'webhook' and kind in ('owner_notice', 'auto_reply', 'reply', 'digest')
   and created_at < now() - interval '24 hours'

-- name: turn
select pg_try_advisory_xact_lock(506417603)

-- name: held_too_long
-- A greeting that nobody released within a day is not sent any more.
update delivery
   set state = 'skipped', settled_at = now()
 where (business_id, uid) in (
           select d.business_id, d.uid from delivery d
            where d.state = 'waiting' and d.due_at is null and d.kind = 'auto_reply' and d.created_at < now() - interval '24 hours'
            limit 1000)

-- name: old
-- Webhook calls and letters past their days; what belongs to a lead otherwise lives as long as the lead.
with old as (
    select d.business_id, d.uid
      from delivery d
     where d.created_at < now() - make_interval(days => $1) and d.due_at is null and (d.channel = 'webhook' or d.lead_uid is null)
     limit 10000
), gone as (
    delete from delivery d using old o where d.business_id = o.business_id and d.uid = o.uid
)
delete from delivery_attempt a using old o where a.business_id = o.business_id and a.delivery_uid = o.uid
