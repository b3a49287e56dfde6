-- name: stands
-- The newest conversation of a business, and how one conversation stands.
select (select max(uid) from conversation where business_id = $1) as newest,
       (select updated_at from conversation where business_id = $1 and uid = $2) as updated_at,
       (select count(*) from conversation_act where business_id = $1 and conversation_uid = $2) as acts,
       (select string_agg(d.uid || d.state, ',' order by d.uid) from delivery d
         where d.business_id = $1 and d.lead_uid = $2 and d.kind <> 'webhook') as deliveries

-- name: newest_requests
-- Of today and yesterday. Several, because a slow request has an older uid than those that came after it.
select uid from request_log where business_id = $1 and at >= now() - interval '1 day' order by uid desc limit 20
