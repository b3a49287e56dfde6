-- One person's conversations, within one business.

-- name: spoken
select v.uid, l.request_uid, coalesce(l.contact, v.contact) as contact
  from conversation v
  left join lead l on l.business_id = v.business_id and l.conversation_uid = v.uid
 where v.business_id = $1 and v.client_uid = any ($2)
 order by v.uid

-- name: give_out
select v.uid, v.title, v.source, v.source_url, v.created_at, v.archived_at, v.deleted_at, coalesce(l.contact, v.contact) as contact
  from conversation v
  left join lead l on l.business_id = v.business_id and l.conversation_uid = v.uid
 where v.business_id = $1 and v.uid = any ($2)
 order by v.uid

-- name: messages
select conversation_uid, uid, direction, channels, subject, text, parts, created_at
  from message
 where business_id = $1 and conversation_uid = any ($2)
 order by conversation_uid, uid

-- name: erase_messages
delete from message where business_id = $1 and conversation_uid = any ($2)

-- name: erase_acts
delete from conversation_act where business_id = $1 and conversation_uid = any ($2)

-- name: erase_drafts
delete from draft where business_id = $1 and conversation_uid = any ($2)

-- name: erase_leads
delete from lead where business_id = $1 and conversation_uid = any ($2)

-- name: erase_conversations
delete from conversation where business_id = $1 and uid = any ($2)
