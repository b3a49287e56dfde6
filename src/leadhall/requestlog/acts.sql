-- What people did about the logged requests of one business.

-- name: note
insert into request_act (business_id, uid, request_uid, act, principal, lead_uid)
values ($1, $2, $3, $4, $5, $6)
    on conflict (business_id, uid) do nothing

-- name: about
-- Acts about this request, and the act that made it.
select uid, request_uid, act, at, principal, lead_uid
  from request_act
 where business_id = $1 and (request_uid = $2 or uid = $2)
 order by at, uid

-- name: waiting
-- Below which uid; at most how many, with their bodies.
select r.uid, r.at, r.token_uid, r.operation, r.status, r.verdict, r.lead_uid, r.client_request_id, r.user_agent,
       host(r.ip) as ip, r.duration_us, r.content_type, octet_length(r.body) as body_bytes, r.truncated, r.facts,
       r.body
  from request_log r
 where r.business_id = $1 and r.verdict in ('needs_attention', 'held')
   and r.uid < $2
   and not exists (select from request_act a where a.business_id = $1 and a.request_uid = r.uid
                                               and (a.act = 'dismissed' or a.lead_uid is not null))
 order by r.uid desc
 limit $3

-- name: count_waiting
-- To $2 at most, along the index of those that wait.
select count(*) from (select from request_log r
                       where r.business_id = $1 and r.verdict in ('needs_attention', 'held')
                         and not exists (select from request_act a where a.business_id = $1 and a.request_uid = r.uid
                                                                     and (a.act = 'dismissed' or a.lead_uid is not null))
                       limit $2) n
