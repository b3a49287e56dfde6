-- Leads with what belongs to them, read within one business.

-- name: one
-- The lead of a conversation.
select l.conversation_uid, c.client_uid, l.message_uid, l.request_uid, l.token_uid, l.operation, l.verdict, l.contact,
       l.facts, l.at, c.title, c.source, c.source_url, c.is_test, m.parts
  from lead l
  join conversation c on c.business_id = l.business_id and c.uid = l.conversation_uid
  join message m on m.business_id = l.business_id and m.conversation_uid = l.conversation_uid and m.uid = l.message_uid
 where l.business_id = $1 and l.conversation_uid = $2 and c.deleted_at is null

-- name: of_client
-- A client's leads, newest first.
select l.conversation_uid, c.client_uid, l.message_uid, l.request_uid, l.token_uid, l.operation, l.verdict, l.contact,
       l.facts, l.at, c.title, c.source, c.source_url, c.is_test, m.parts
  from conversation c
  join lead l on l.business_id = c.business_id and l.conversation_uid = c.uid
  join message m on m.business_id = l.business_id and m.conversation_uid = l.conversation_uid and m.uid = l.message_uid
 where c.business_id = $1 and c.client_uid = $2 and c.deleted_at is null
 order by c.uid desc
 limit $3
