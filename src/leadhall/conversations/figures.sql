-- Figures of one business over a span of its leads, which is a span of uids: a uid tells when it was minted.

-- name: first_answer
select count(*) as leads, count(c.first_answered_at) as answered,
       percentile_cont(0.5) within group (order by extract(epoch from c.first_answered_at - l.at)) as median_s,
       percentile_cont(0.9) within group (order by extract(epoch from c.first_answered_at - l.at)) as p90_s
  from lead l
  join conversation c on c.business_id = l.business_id and c.uid = l.conversation_uid
 where l.business_id = $1 and l.conversation_uid >= $2 and l.conversation_uid < $3
   and l.verdict <> 'held' and not c.is_test and c.spam_at is null

-- name: leads_per_day
select (l.at at time zone b.time_zone)::date as day, c.source, count(*) as leads
  from lead l
  join business b on b.id = l.business_id
  join conversation c on c.business_id = l.business_id and c.uid = l.conversation_uid
 where l.business_id = $1 and l.conversation_uid >= $2 and l.conversation_uid < $3
   and l.verdict <> 'held' and not c.is_test and c.spam_at is null
 group by 1, 2
 order by 1, 2 nulls first
