-- name: stands
-- The newest conversation of a business, and how one conversation stands.
select (select max(uid) from conversation where business_id = $1) as newest,
       (select updated_at from conversation where business_id = $1 and uid = $2) as updated_at,
       (select count(*) from conversation_act where business_id = $1 and conversation_uid = $2) as acts,
       (select string_agg(d.uid || d.state, ',' order by d.uid) from delivery d
         where d.business_id = $1 and d.lead_uid = $2 and d.kind <> 'webhook') as deliveries
