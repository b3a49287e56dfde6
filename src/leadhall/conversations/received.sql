-- What a client wrote after the lead.

-- name: whose
-- The conversation as an answer finds it: whose it is, and which notices its lead asked for.
select c.uid as conversation_uid, c.client_uid, c.title, c.is_test, coalesce(l.facts -> 'notifications', '[]') as notifications
  from conversation c
  left join lead l on l.business_id = c.business_id and l.conversation_uid = c.uid
 where c.business_id = $1 and c.uid = $2 and c.deleted_at is null

-- name: add
insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, kind, text, parts, channels)
values ($1, $2, $3, $4, $5, 'client_to_business', 'message', $6, $7, array[$8::text])

-- name: wake
-- Unread again, and back from the archive: somebody waits for an answer.
update conversation
   set business_unread = business_unread + 1, last_client_action = 'message', archived_at = null, updated_at = now()
 where business_id = $1 and uid = $2
