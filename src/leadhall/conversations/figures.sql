-- Figures of one business over a span of its leads, which is a span of uids: a uid tells when it was minted. Read from
-- conversations alone, so that a year of a large business is one scan: those with a contact of their own had no lead.

-- name: first_answer
select count(*) as leads, count(c.first_answered_at) as answered,
       percentile_cont(0.5) within group (order by extract(epoch from c.first_answered_at - c.created_at)) as median_s,
       percentile_cont(0.9) within group (order by extract(epoch from c.first_answered_at - c.created_at)) as p90_s
  from conversation c
 where c.business_id = $1 and c.uid >= $2 and c.uid < $3 and c.contact is null and not c.is_test and c.spam_at is null
   and c.uid not in (select l.conversation_uid from lead l where l.business_id = $1 and l.verdict = 'held')

-- name: leads_per_day
-- By quarters of an hour first: every zone's midnight is one, and few of them need to be told in the zone.
select (q.quarter at time zone b.time_zone)::date as day, q.source, sum(q.leads)::bigint as leads
  from (select date_bin('15 minutes', c.created_at, 'epoch') as quarter, c.source, count(*) as leads
          from conversation c
         where c.business_id = $1 and c.uid >= $2 and c.uid < $3 and c.contact is null and not c.is_test and c.spam_at is null
           and c.uid not in (select l.conversation_uid from lead l where l.business_id = $1 and l.verdict = 'held')
         group by 1, 2) q
  join business b on b.id = $1
 group by 1, 2
 order by 1, 2 nulls first
