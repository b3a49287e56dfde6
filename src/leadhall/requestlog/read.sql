-- The request log of one business, newest first: a uid tells its time, so the primary key alone orders the rows.
-- Business 0 is the requests of which nobody knew whose they were.

-- name: page
-- Filters, each null for any: operation, status, verdict, token, from when, until when, below which uid; at most how many.
select uid, at, token_uid, operation, status, verdict, lead_uid, client_request_id, user_agent, host(ip) as ip,
       duration_us, content_type, octet_length(body) as body_bytes, truncated, facts
  from request_log
 where business_id = $1
   and ($2::text is null or operation = $2)
   and ($3::int is null or status = $3)
   and ($4::text is null or verdict = $4)
   and ($5::text is null or token_uid = $5)
   and ($6::timestamptz is null or at >= $6)
   and ($7::timestamptz is null or at < $7)
   and ($8::text is null or uid < $8)
 order by uid desc
 limit $9

-- name: page_with_text
-- The same, of those whose body holds these bytes ($10); looked for in so many of the newest that match the rest ($11).
select uid, at, token_uid, operation, status, verdict, lead_uid, client_request_id, user_agent, ip, duration_us,
       content_type, octet_length(body) as body_bytes, truncated, facts
  from (select uid, at, token_uid, operation, status, verdict, lead_uid, client_request_id, user_agent, host(ip) as ip,
               duration_us, content_type, body, truncated, facts
          from request_log
         where business_id = $1
           and ($2::text is null or operation = $2)
           and ($3::int is null or status = $3)
           and ($4::text is null or verdict = $4)
           and ($5::text is null or token_uid = $5)
           and ($6::timestamptz is null or at >= $6)
           and ($7::timestamptz is null or at < $7)
           and ($8::text is null or uid < $8)
         order by uid desc
         limit $11) newest
 where position($10::bytea in body) > 0
 order by uid desc
 limit $9

-- name: one
-- A request with its exact body.
select uid, at, token_uid, operation, status, verdict, lead_uid, client_request_id, user_agent, host(ip) as ip,
       duration_us, content_type, octet_length(body) as body_bytes, truncated, facts, body
  from request_log
 where business_id = $1 and uid = $2
