-- The delivery log as it is read and retried. Uids are ordered by time: the key itself is the order.

-- name: list
select d.uid, d.business_id, d.kind, d.channel, d.recipient, d.state, d.reason, d.lead_uid, d.message_uid, d.endpoint_id,
       d.last_error, case when d.state <> 'sending' then d.due_at end as next_try_at, d.created_at, d.settled_at, d.dedupe, a.attempts
  from delivery d
 cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'at', a.at, 'took_ms', a.took_ms, 'outcome', a.outcome,
                                                                  'answer', a.answer) order by a.n), '[]') as attempts
                       from delivery_attempt a where a.business_id = d.business_id and a.delivery_uid = d.uid) a
 where ($1::bigint is null or d.business_id = $1)
   and ($2::text is null or d.state = $2)
   and ($3::text is null or d.channel = $3)
   and ($4::text is null or d.kind = $4)
   and ($5::text is null or d.lead_uid = $5)
   and ($6::timestamptz is null or d.created_at >= $6)
   and ($7::timestamptz is null or d.created_at < $7)
   and ($8::text is null or d.uid < $8)
   and ($10::bigint[] is null or d.endpoint_id = any ($10))
 order by d.uid desc
 limit $9

-- name: of_lead
select d.uid, d.business_id, d.kind, d.channel, d.recipient, d.state, d.reason, d.lead_uid, d.message_uid, d.endpoint_id,
       d.last_error, case when d.state <> 'sending' then d.due_at end as next_try_at, d.created_at, d.settled_at, d.dedupe, a.attempts
  from delivery d
 cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'at', a.at, 'took_ms', a.took_ms, 'outcome', a.outcome,
                                                                  'answer', a.answer) order by a.n), '[]') as attempts
                       from delivery_attempt a where a.business_id = d.business_id and a.delivery_uid = d.uid) a
 where d.business_id = $1 and d.lead_uid = $2
 order by d.uid
 limit $3

-- name: one
select d.uid, d.business_id, d.kind, d.channel, d.recipient, d.state, d.reason, d.lead_uid, d.message_uid, d.endpoint_id,
       d.last_error, case when d.state <> 'sending' then d.due_at end as next_try_at, d.created_at, d.settled_at, d.dedupe, a.attempts
  from delivery d
 cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('n', a.n, 'at', a.at, 'took_ms', a.took_ms, 'outcome', a.outcome,
                                                                  'answer', a.answer) order by a.n), '[]') as attempts
                       from delivery_attempt a where a.business_id = d.business_id and a.delivery_uid = d.uid) a
 where ($1::bigint is null or d.business_id = $1) and d.uid = $2

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
