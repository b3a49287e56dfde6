-- Busy days are counted, across businesses, for figures.sql. One worker does it.

-- name: turn
select pg_try_advisory_xact_lock(506417608)

-- name: behind
-- At most $1 open businesses in which a day has ended since it was looked for busy ones (an hour ago at least: what was
-- on its way at midnight has come), or which have another zone; with the first conversation since the uid $2, unless
-- all since then are fewer than $3.
select b.id as business_id, b.time_zone, t.day as counted_to, coalesce(t.time_zone = b.time_zone, false) as same_zone,
       (now() - interval '1 hour') at time zone b.time_zone as local_time,
       (select min(c.uid) from (select uid from conversation where business_id = b.id and uid >= $2 order by uid limit $3) c
         having count(*) >= $3) as first_uid
  from business b
  left join counted_to t on t.business_id = b.id
 where b.closed_at is null
   and (t.day is null or t.time_zone <> b.time_zone
        or t.day < ((now() - interval '1 hour') at time zone b.time_zone)::date - 1)
 order by b.id
 limit $1

-- name: forget
-- Days of a zone that the business has no more.
delete from counted_day d using unnest($1::bigint[], $2::text[]) as b (id, time_zone)
 where d.business_id = b.id and d.time_zone <> b.time_zone

-- name: find_busy
-- Of these days those on which at least $6 conversations began. They are counted next.
insert into counted_day (business_id, first_uid, until_uid, day, time_zone)
select d.business_id, d.first_uid, d.until_uid, d.day, b.time_zone
  from unnest($1::bigint[], $2::text[], $3::text[], $4::date[]) as d (business_id, first_uid, until_uid, day)
  join unnest($5::bigint[], $7::text[]) as b (id, time_zone) on b.id = d.business_id
 where (select count(*) from (select from conversation c
                               where c.business_id = d.business_id and c.uid >= d.first_uid and c.uid < d.until_uid
                               limit $6) n) >= $6
 order by d.business_id, d.first_uid
    on conflict do nothing

-- name: looked
insert into counted_to (business_id, day, time_zone)
select * from unnest($1::bigint[], $2::date[], $3::text[])
    on conflict (business_id) do update set day = excluded.day, time_zone = excluded.time_zone

-- name: due
-- Days to be counted, since $2 seconds at least: what was done to many leads of a day is counted once, and whoever did it
-- has ended before we look.
select business_id, first_uid, until_uid
  from counted_day
 where due_at <= now() - make_interval(secs => $2)
 order by due_at
 limit $1
   for update skip locked

-- name: count
-- The locked days from $2 up to $3. Sources beyond $4 are one; of more than $5 answers those over a minute are taken
-- together in steps of 3 %.
with told as materialized (
    select d.business_id, d.first_uid, c.source,
           round(extract(epoch from c.first_answered_at - c.created_at))::int as wait_s
      from unnest($1::bigint[], $2::text[], $3::text[]) as d (business_id, first_uid, until_uid)
     cross join lateral (
            select c.source, c.first_answered_at, c.created_at
              from conversation c
             where c.business_id = d.business_id and c.uid >= d.first_uid and c.uid < d.until_uid
               and c.contact is null and not c.is_test and c.spam_at is null
               and not exists (select from lead l where l.business_id = c.business_id and l.conversation_uid = c.uid
                                                    and l.verdict = 'held' offset 0)
            offset 0) c
), by_source as (
    select business_id, first_uid, array_agg(source order by leads desc) as sources, array_agg(leads order by leads desc) as leads
      from (select business_id, first_uid, case when place <= $4 then source else '' end as source, sum(n)::int as leads
              from (select business_id, first_uid, source, count(*) as n,
                           row_number() over (partition by business_id, first_uid order by count(*) desc, source) as place
                      from told group by 1, 2, 3) ranked
             group by 1, 2, 3) grouped
     group by 1, 2
), by_wait as (
    select business_id, first_uid, array_agg(wait_s order by wait_s) as waits_s,
           array_agg(n::int order by wait_s) as times
      from (select business_id, first_uid, count(*) as n,
                   case when answers > $5 and wait_s > 60 then round(exp(round(ln(wait_s) * 32) / 32))::int else wait_s end as wait_s
              from (select business_id, first_uid, wait_s, count(*) over (partition by business_id, first_uid) as answers
                      from told where wait_s is not null) each
             group by 1, 2, 4) stepped
     group by 1, 2
)
update counted_day d
   set due_at = null, sources = coalesce(s.sources, '{}'), leads = coalesce(s.leads, '{}'),
       waits_s = coalesce(w.waits_s, '{}'), times = coalesce(w.times, '{}')
  from unnest($1::bigint[], $2::text[]) as k (business_id, first_uid)
  left join by_source s on s.business_id = k.business_id and s.first_uid = k.first_uid
  left join by_wait w on w.business_id = k.business_id and w.first_uid = k.first_uid
 where d.business_id = k.business_id and d.first_uid = k.first_uid
