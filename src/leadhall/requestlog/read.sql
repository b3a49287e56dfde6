-- The request log of one business, newest first: a uid tells its time, so the primary key alone orders the rows.
-- Business 0 is the requests of which nobody knew whose they were.
-- The log is a table a day: to plan a statement over ninety of them takes longer than to carry it out, so that is done
-- once a session. Then bounds are plain comparisons, by which days are left out as a statement begins.

-- name: plan_once
select set_config('plan_cache_mode', 'force_generic_plan', true)

-- name: plan_as_usual
select set_config('plan_cache_mode', 'auto', true)

-- name: page
-- From when, until when, below which uid; filters, each null for any: operation, status, verdict, token, bytes of the
-- body; at most how many, found among so many of the newest ($10): what matches rarely never reads a whole log.
select uid, at, token_uid, operation, status, verdict, lead_uid, client_request_id, user_agent, host(ip) as ip,
       duration_us, content_type, octet_length(body) as body_bytes, truncated, facts
  from (select *
          from request_log
         where business_id = $1
           and at >= $6 and at < $7 and uid < $8
         order by uid desc
         limit $10) newest
 where ($2::text is null or operation = $2)
   and ($3::int is null or status = $3)
   and ($4::text is null or verdict = $4)
   and ($5::text is null or token_uid = $5)
   and ($11::bytea is null or position($11 in body) > 0)
 order by uid desc
 limit $9

-- name: looked_through
-- The last uid of those among which a page was looked for; null when the log ends before.
select uid
  from request_log
 where business_id = $1
   and at >= $2 and at < $3 and uid < $4
 order by uid desc
offset $5 - 1 limit 1

-- name: one
-- A request with its exact body, its headers and its answer.
select uid, at, token_uid, operation, status, verdict, lead_uid, client_request_id, user_agent, host(ip) as ip,
       duration_us, content_type, octet_length(body) as body_bytes, truncated, facts, body,
       headers, answer, answer_type, answer_cut
  from request_log
 where business_id = $1 and uid = $2
