-- What becomes of deliveries after a try. `attempts` fences: who holds another number changes nothing.

-- name: mark
-- Answers the rows that were still ours. A lane by which something got through is trusted again, but for those in $12.
with told as materialized (
    select * from unnest($1::bigint[], $2::text[], $3::int[], $4::text[], $5::text[], $6::float8[], $7::int[], $8::text[],
                         $9::text[], $10::int[], $11::jsonb[])
           as t (business_id, uid, attempts, state, reason, wait_s, spared, answer, outcome, took_ms, facts)
), marked as (
    update delivery d
       set state = case when t.state = 'accepted' and d.facts ? 'arrived' then 'delivered' else t.state end, reason = t.reason, spared = d.spared + t.spared, facts = d.facts || t.facts,
           last_error = case when t.outcome = 'sent' then null else nullif(t.answer, '') end,
           due_at = now() + make_interval(secs => t.wait_s), leased_until = null,
           settled_at = case when t.wait_s is null then now() end
      from told t
     where d.business_id = t.business_id and d.uid = t.uid and d.attempts = t.attempts and d.state = 'sending'
    returning d.business_id, d.uid, d.lane
), trusted as (
    delete from sender_pause p
     using marked m join told t on m.business_id = t.business_id and m.uid = t.uid
     where t.outcome = 'sent' and p.lane = m.lane and p.lane <> all ($12::text[])
), kept as (
    insert into delivery_attempt (business_id, delivery_uid, n, took_ms, outcome, answer)
    select t.business_id, t.uid, t.attempts, t.took_ms, t.outcome, nullif(t.answer, '')
      from told t join marked m on m.business_id = t.business_id and m.uid = t.uid
     where t.outcome <> 'skipped'
        on conflict do nothing
)
select business_id, uid from marked

-- name: suppress
insert into suppression (business_id, uid, channel, address, sender, reason, answer, delivery_uid)
select d.business_id, $3, d.channel, d.recipient_key, d.lane, $4, nullif($5, ''), d.uid
  from delivery d
 where d.business_id = $1 and d.uid = $2 and d.recipient_key <> ''
    on conflict (business_id, channel, address, sender) do nothing

-- name: rest
-- $4: how long it asked for; else $5, by how often it refused us in a row. One that rests already goes on.
insert into sender_pause as p (lane, fault, answer, until)
values ($1, $2, $3, now() + make_interval(secs => coalesce($4, ($5::float8[])[1])))
    on conflict (lane) do update
   set fault = excluded.fault, answer = excluded.answer,
       times = p.times + case when p.until <= now() then 1 else 0 end,
       until = greatest(p.until, now() + make_interval(secs => coalesce($4, case when p.until <= now()
                        then ($5::float8[])[least(p.times + 1, cardinality($5::float8[]))] else 0 end)))
returning times

-- name: wake_sender_of
delete from sender_pause p using delivery d where d.business_id = $1 and d.uid = $2 and p.lane = d.lane
