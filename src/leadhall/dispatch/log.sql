-- The delivery log as it is read and retried. Uids are ordered by time: the key itself is the order.
-- First the keys of a page, each way along its own index, then those rows alone are read with their tries: so that a page
-- costs the same however large the log, whatever plan a session has kept.

-- name: by_key
-- Newest first, of each of these businesses ($1) and of all together $10 at most: uids below $2 and not below $3, made from
-- $4 until $5. Filters, each null for any: state, channel, kind, endpoints.
select page.business_id, page.uid
  from unnest($1::bigint[]) b (id)
 cross join lateral (
        select d.business_id, d.uid
          from delivery d
         where d.business_id = b.id
           and d.uid < $2 and d.uid >= $3 and d.created_at >= $4 and d.created_at < $5
           and ($6::text is null or d.state = $6) and ($7::text is null or d.channel = $7)
           and ($8::text is null or d.kind = $8) and ($9::bigint[] is null or d.endpoint_id = any ($9))
         order by d.uid desc
         limit $10) page
 order by page.uid desc
 limit $10

-- name: by_trouble
-- The same where the state is one of trouble, which are few.
select page.business_id, page.uid
  from unnest($1::bigint[]) b (id)
 cross join lateral (
        select d.business_id, d.uid
          from delivery d
         where d.business_id = b.id and d.state in ('failed', 'given_up', 'suppressed')
           and d.uid < $2 and d.uid >= $3 and d.created_at >= $4 and d.created_at < $5
           and ($6::text is null or d.state = $6) and ($7::text is null or d.channel = $7)
           and ($8::text is null or d.kind = $8) and ($9::bigint[] is null or d.endpoint_id = any ($9))
         order by d.uid desc
         limit $10) page
 order by page.uid desc
 limit $10

-- name: by_lead
-- The same of one lead, $11, of which there are few: `offset 0` has them looked up before they are put in order.
select page.business_id, page.uid
  from unnest($1::bigint[]) b (id)
 cross join lateral (
        select d.business_id, d.uid
          from (select * from delivery where business_id = b.id and lead_uid = $11 offset 0) d
         where d.uid < $2 and d.uid >= $3 and d.created_at >= $4 and d.created_at < $5
           and ($6::text is null or d.state = $6) and ($7::text is null or d.channel = $7)
           and ($8::text is null or d.kind = $8) and ($9::bigint[] is null or d.endpoint_id = any ($9))
         order by d.uid desc
         limit $10) page
 order by page.uid desc
 limit $10

-- name: everywhere
-- Businesses in whose logs is looked, and what belongs to none.
select array(select id from business union all select 0)

-- name: whose
-- Of which of these businesses a delivery is.
select d.business_id
  from unnest($1::bigint[]) b (id)
 cross join lateral (select d.business_id from delivery d where d.business_id = b.id and d.uid = $2 offset 0) d
 limit 1

-- name: of_lead
select business_id, uid from delivery where business_id = $1 and lead_uid = $2 order by uid limit $3

-- name: shown
-- Deliveries by their businesses and uids, in this order.
select d.uid, d.business_id, d.kind, d.channel, d.recipient, d.state, d.reason, d.lead_uid, d.message_uid, d.endpoint_id,
       d.last_error, case when d.state <> 'sending' then d.due_at end as next_try_at, d.created_at, d.settled_at, d.dedupe, a.attempts
  from unnest($1::bigint[], $2::text[]) with ordinality n (business_id, uid, place)
  join delivery d on d.business_id = n.business_id and d.uid = n.uid
 cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'at', a.at, 'took_ms', a.took_ms, 'outcome', a.outcome,
                                                                  'answer', a.answer) order by a.n), '[]') as attempts
                       from delivery_attempt a where a.business_id = d.business_id and a.delivery_uid = d.uid) a
 order by n.place

-- name: is_suppressed
select exists (select from delivery d
                 join suppression s on s.business_id = d.business_id and s.channel = d.channel and s.address = d.recipient_key
                                   and s.sender = d.lane
                where d.business_id = $1 and d.uid = $2)

-- name: retry
with again as (
    update delivery d
       set state = 'waiting', reason = null, spared = d.attempts, due_at = now(), leased_until = null, settled_at = null
     where d.business_id = $1 and d.uid = $2 and d.state <> 'sending'
    returning d.uid
)
select pg_notify('leadhall_outbox', '') from again

-- name: redeliver
-- What an endpoint ($3) missed since a uid was minted ($4), of one business or (0) of all in its directory: each is due
-- now, with its whole schedule before it. How many; the rest comes with the next call.
with missed as (
    select d.business_id, d.uid
      from business b join delivery d on d.business_id = b.id
     where b.directory_id = $2 and ($1 = 0 or b.id = $1) and d.uid >= $4 and d.endpoint_id = $3
       and (d.state in ('failed', 'given_up') or d.state = 'skipped' and d.reason = 'endpoint_off'
            or d.state = 'waiting' and d.attempts > 0)
     order by d.business_id, d.uid
     limit 10000
), again as (
    update delivery d
       set state = 'waiting', reason = null, spared = d.attempts, due_at = now(), leased_until = null, settled_at = null
      from missed m
     where d.business_id = m.business_id and d.uid = m.uid and d.state <> 'sending'
    returning d.uid
), woken as (
    select pg_notify('leadhall_outbox', '') from again limit 1
)
select (select count(*) from again) from (select count(*) from woken) w
