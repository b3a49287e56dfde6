-- What fan-out reads. Business first, row by row: no stale plan ever reads a table whole.

-- name: leads
-- Leads by business and uid, and conversations without one. The member responsible is the conversation's, else the
-- client's. A conversation that staff began has whom it is with on itself.
select c.business_id, c.uid, coalesce(l.message_uid, '') as message_uid, coalesce(l.contact, c.contact, '{}') as contact,
       c.created_at, c.is_test, coalesce(c.assigned_staff_uid, k.assigned_staff_uid) as assigned_uid,
       coalesce(l.verdict = 'held', false) or c.spam_at is not null as is_held
  from unnest($1::bigint[], $2::text[]) as n (business_id, uid)
  join conversation c on c.business_id = n.business_id and c.uid = n.uid and c.deleted_at is null
  left join lead l on l.business_id = c.business_id and l.conversation_uid = c.uid
  left join client k on k.business_id = c.business_id and k.uid = c.client_uid
 order by c.created_at, c.uid

-- name: suppressed
select business_id, channel, address, sender from suppression where business_id = any ($1::bigint[]) and address = any ($2::text[])

-- name: alone
-- Two workers that counted at the same time would each send the last one that may go.
select pg_advisory_xact_lock(506417602)

-- name: greeted
-- Auto-replies that went out: to the address for the business within the hour, to the address within the day (at most $3).
select n.business_id, n.address,
       (select count(*) from (select from delivery d
                               where d.kind = 'auto_reply' and d.reason is null and d.recipient_key = n.address
                                 and d.business_id = n.business_id and d.created_at > now() - interval '1 hour' limit 1) h) as this_hour,
       (select count(*) from (select from delivery d
                               where d.kind = 'auto_reply' and d.reason is null and d.recipient_key = n.address
                                 and d.created_at > now() - interval '1 day' limit $3) t) as today
  from unnest($1::bigint[], $2::text[]) as n (business_id, address)

-- name: greetings
-- Auto-replies of each business within the hour, counted to $2.
select n.business_id,
       (select count(*) from (select from delivery d
                               where d.kind = 'auto_reply' and d.reason is null and d.business_id = n.business_id
                                 and d.created_at > now() - interval '1 hour' limit $2) h)
  from unnest($1::bigint[]) as n (business_id)

-- name: told_lately
-- Notices by mail to each address of each business within $3 minutes, counted to $4.
select n.business_id, n.address,
       (select count(*) from (select from delivery d
                               where d.kind = 'owner_notice' and d.channel = 'email' and d.reason is null
                                 and d.business_id = n.business_id and d.recipient_key = n.address
                                 and d.created_at > now() - make_interval(mins => $3) limit $4) t) as told
  from unnest($1::bigint[], $2::text[]) as n (business_id, address)

-- name: now
select now()

-- name: first_dispatch
select coalesce((select (s.value #>> '{}')::timestamptz from instance_setting s where s.name = 'first_dispatch_at'), now())

-- name: one_delivery
select d.business_id, d.uid, d.kind, d.channel, d.recipient, d.lead_uid, d.message_uid, d.payload
  from delivery d where d.business_id = $1 and d.uid = $2
