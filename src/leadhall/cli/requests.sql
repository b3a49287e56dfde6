-- What `leadhall requests` reads, as the owner, across businesses.

-- name: list
-- Newest first: since when, of which business (null: all, also those without one), status, verdict, at most how many.
select r.uid, r.at, b.uid as business_uid, r.operation, r.status, r.verdict, t.label as token, r.lead_uid, r.ip,
       r.user_agent, r.duration_us
  from request_log r
  left join business b on b.id = r.business_id
  left join token t on t.uid = r.token_uid
 where r.at >= now() - make_interval(days => $1)
   and ($2::bigint is null or r.business_id = $2)
   and ($3::int is null or r.status = $3)
   and ($4::text is null or r.verdict = $4)
 order by r.at desc, r.uid desc
 limit $5;

-- name: show
select r.uid, r.at, b.uid as business_uid, b.name as business, r.operation, r.status, r.verdict, t.uid as token_uid,
       t.label as token, r.lead_uid, r.client_request_id, r.ip, r.user_agent, r.duration_us, r.content_type, r.body,
       r.truncated, r.facts, r.headers, r.answer, r.answer_type, r.answer_cut
  from request_log r
  left join business b on b.id = r.business_id
  left join token t on t.uid = r.token_uid
 where r.uid = $1;

-- name: since
-- What came since $1, oldest first: of which business and operation (null: any), only refused ones ($4), but these ($5).
select r.uid, r.at, b.uid as business_uid, r.operation, r.status, r.verdict, r.lead_uid, r.user_agent, r.duration_us, r.facts
  from request_log r
  left join business b on b.id = r.business_id
 where r.at >= $1
   and ($2::bigint is null or r.business_id = $2)
   and ($3::text is null or r.operation = $3)
   and (not $4 or r.status >= 400)
   and r.uid <> all ($5::text[])
 order by r.at, r.uid
 limit 1000;

-- name: whose
-- The business of a request.
select business_id from request_log where uid = $1;

-- name: business_ref
select id, uid, directory_id from business where id = $1;

-- name: business_of_client
select business_id from client where uid = $1;
