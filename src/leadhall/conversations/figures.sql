-- Figures of one business over a span of its leads, which is a span of uids: a uid tells when it was minted. Busy days
-- are counted already (days.sql), the rest is read from conversations alone: those with a contact of their own had no lead.
-- Span by span (offset 0): as a join, a plan made once for all spans reads every conversation of the business.

-- name: counted
-- The counted days within a span, by their bounds. Those of a zone that the business has no more are not meant.
select d.first_uid, d.until_uid
  from counted_day d join business b on b.id = d.business_id and b.time_zone = d.time_zone
 where d.business_id = $1 and d.first_uid >= $2 and d.until_uid <= $3 and d.due_at is null
 order by d.first_uid

-- name: figures
-- Of the spans from $2 to $3 as they are, which are read once, and the days that begin with $4 as they were counted. A
-- percentile lies between two of those who were answered, as percentile_cont has it. Days by quarters of an hour first:
-- every zone's midnight is one, and few of them need to be told in the zone.
with live as materialized (
    select c.source, date_bin('15 minutes', c.created_at, 'epoch') as quarter,
           round(extract(epoch from c.first_answered_at - c.created_at))::int as wait_s
      from unnest($2::text[], $3::text[]) as span (first_uid, until_uid)
     cross join lateral (
            select c.source, c.first_answered_at, c.created_at
              from conversation c
             where c.business_id = $1 and c.uid >= span.first_uid and c.uid < span.until_uid
               and c.contact is null and not c.is_test and c.spam_at is null
               and c.uid not in (select l.conversation_uid
                                   from unnest($2::text[], $3::text[]) as within (first_uid, until_uid)
                                   join lead l on l.business_id = $1 and l.verdict = 'held'
                                    and l.conversation_uid >= within.first_uid and l.conversation_uid < within.until_uid)
            offset 0) c
), counted as (
    select d.day, d.sources, d.leads, d.waits_s, d.times
      from counted_day d where d.business_id = $1 and d.first_uid = any ($4::text[])
), waits as (
    select wait_s, sum(n) as n
      from (select wait_s, count(*) as n from live where wait_s is not null group by wait_s
            union all
            select w.wait_s, w.n from counted d cross join lateral unnest(d.waits_s, d.times) as w (wait_s, n)) each
     group by wait_s
), placed as (
    select wait_s, sum(n) over (order by wait_s) as upto, sum(n) over () - 1 as last from waits
), answered as (
    select coalesce(max(last) + 1, 0)::bigint as answered,
           min(wait_s) filter (where upto > floor(last * 0.5)) as half, min(wait_s) filter (where upto > ceil(last * 0.5)) as half_up,
           min(wait_s) filter (where upto > floor(last * 0.9)) as most, min(wait_s) filter (where upto > ceil(last * 0.9)) as most_up,
           max(last) * 0.5 % 1 as half_part, max(last) * 0.9 % 1 as most_part
      from placed
), by_day as (
    select day, source, sum(leads)::bigint as leads
      from (select (q.quarter at time zone b.time_zone)::date as day, q.source, q.leads
              from (select quarter, source, count(*) as leads from live group by 1, 2) q
              join business b on b.id = $1
            union all
            select d.day, s.source, s.leads from counted d cross join lateral unnest(d.sources, d.leads) as s (source, leads)) told
     group by 1, 2
)
select answered, (half + half_part * (half_up - half))::float8 as median_s,
       (most + most_part * (most_up - most))::float8 as p90_s, d.days, d.sources, d.leads_of_day
  from answered
 cross join (select coalesce(array_agg(day order by day, source nulls first), '{}') as days,
                    coalesce(array_agg(source order by day, source nulls first), '{}') as sources,
                    coalesce(array_agg(leads order by day, source nulls first), '{}') as leads_of_day
               from by_day) d
