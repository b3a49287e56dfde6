-- How deliveries are taken. One index, (lane, due_at): a lane with a backlog or a rest costs the others nothing.

-- name: claim
-- $1, $2: lanes in use and how many more each may take; $3, $4: channels and how many any other lane of theirs may;
-- $5: groups that may take none; $6: how many in all; $7: until when leases that ended are believed to have; $8: the lease.
with recursive lanes as (
    (select d.lane from delivery d where d.due_at is not null order by d.lane limit 1)
    union all
    select (select d.lane from delivery d where d.due_at is not null and d.lane > l.lane order by d.lane limit 1)
      from lanes l where l.lane is not null
), open_lanes as materialized (
    select l.lane, coalesce(known.room, usual.room) as room
      from lanes l
      join unnest($3::text[], $4::int[]) as usual (channel, room) on usual.channel = split_part(l.lane, ' ', 1)
      left join unnest($1::text[], $2::int[]) as known (lane, room) on known.lane = l.lane
     where coalesce(known.room, usual.room) > 0
       and split_part(l.lane, ' ', 1) || ' ' || split_part(l.lane, ' ', 2) <> all ($5::text[])
       and not exists (select from sender_pause p where p.lane = l.lane and p.until > now())
       and not exists (select from instance_setting s where s.name = 'sending_off' and s.value = 'true')
), taken as materialized (
    select d.business_id, d.uid
      from open_lanes o
     cross join lateral (
            select d.business_id, d.uid
              from delivery d
             where d.lane = o.lane and d.due_at <= now() and (d.state <> 'sending' or now() < $7::timestamptz)
             order by d.due_at
             limit o.room
               for update skip locked
           ) d
     limit $6
)
update delivery d
   set state = 'sending', attempts = d.attempts + 1, due_at = now() + make_interval(secs => $8),
       leased_until = now() + make_interval(secs => $8)
  from taken t
 where d.business_id = t.business_id and d.uid = t.uid
returning d.business_id, d.uid, d.dedupe, d.kind, d.channel, d.recipient, d.lead_uid, d.message_uid, d.endpoint_id,
          d.payload, d.attempts, d.created_at, d.lane, d.spared, extract(epoch from now() - d.created_at)::float8 as age_s,
          exists (select from suppression s
                   where s.business_id = d.business_id and s.channel = d.channel and s.address = d.recipient_key
                     and s.sender = d.lane) as is_suppressed

-- name: put_back
update delivery d
   set state = 'waiting', due_at = now(), leased_until = null, spared = d.spared + 1
  from unnest($1::bigint[], $2::text[], $3::int[]) as k (business_id, uid, attempts)
 where d.business_id = k.business_id and d.uid = k.uid and d.attempts = k.attempts and d.state = 'sending'

-- name: clock
select now()

-- name: lag
-- Seconds that the longest-waiting due delivery waits, those of resting senders left out; and how many senders rest.
with recursive lanes as (
    (select d.lane from delivery d where d.due_at is not null order by d.lane limit 1)
    union all
    select (select d.lane from delivery d where d.due_at is not null and d.lane > l.lane order by d.lane limit 1)
      from lanes l where l.lane is not null
)
select coalesce(max(extract(epoch from now() - f.due_at)), 0)::float8 as lag_s,
       (select count(*) from sender_pause p where p.until > now()) as resting
  from lanes l
 cross join lateral (select d.due_at from delivery d where d.lane = l.lane and d.due_at <= now() order by d.due_at limit 1) f
 where not exists (select from sender_pause p where p.lane = l.lane and p.until > now())
