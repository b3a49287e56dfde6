-- The history of one card; what leads that came to another before a merge filled there, is in that one's.

-- name: changes
-- By people and by the API, of one field (null: of all), the newest first.
select at, field, was, becomes, actor, because
  from card_change
 where business_id = $1 and client_uid = $2 and ($3::text is null or field = $3)
 order by at desc, uid desc
 limit $4

-- name: leads
-- Leads that made the client or filled something in, the newest first.
select l.at, l.conversation_uid as lead_uid, l.token_uid, l.facts
  from conversation v
  join lead l on l.business_id = v.business_id and l.conversation_uid = v.uid and l.client_uid = v.client_uid
 where v.business_id = $1 and v.client_uid = $2
   and (l.facts @> '{"created": true}' or l.facts ? 'filled' or l.facts ? 'tags_added' or l.facts @> '{"second_key": "linked"}')
 order by v.uid desc
 limit $3
