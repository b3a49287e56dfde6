-- Consent of clients, read through merges: what was said by who was merged counts for whom they were merged into.

-- name: list
select uid, at, purpose, channel, address, value, act, made_the_client, wording, page, visitor_ip, visitor_user_agent,
       captured_at, lead_uid, token_uid
  from consent
 where business_id = $1
   and client_uid in (select $2 union all select c.uid from client c where c.business_id = $1 and c.merged_into = $2)
 order by at desc, uid desc
 limit 1000

-- name: of
-- Records of these clients about one purpose and channel.
select w.uid as client_uid, k.uid, k.at, k.purpose, k.channel, k.address, k.value, k.act, k.made_the_client
  from unnest($2::text[]) as w (uid)
 cross join lateral (select w.uid union all select c.uid from client c where c.business_id = $1 and c.merged_into = w.uid) m
  join consent k on k.business_id = $1 and k.client_uid = m.uid
 where k.purpose = $3 and k.channel = $4

-- name: record
-- Added for each; the client counts a change, and answers its revision.
with added as (
    insert into consent (business_id, client_uid, uid, purpose, channel, address, value, act, token_uid)
    select $1::bigint, r.client_uid, r.uid, $2::text, $3::text, r.address, $4::boolean, $5::text, $6::text
      from unnest($7::text[], $8::text[], $9::text[]) as r (client_uid, uid, address)
)
update client c
   set revision = revision + 1, updated_at = now()
 where c.business_id = $1 and c.uid = any ($7)
returning c.uid, c.revision
