-- One person's rows in this room, within one business.

-- name: erase_captured
delete from captured
 where business_id = $1
   and (lead_uid = any ($2::text[]) or delivery_uid = any ($3::text[]) or lower(recipient) = any ($4::text[]))

-- name: erase_threads
delete from text_thread where business_id = $1 and (conversation_uid = any ($2::text[]) or theirs = any ($3::text[]))

-- name: erase_notices
delete from staff_notification
 where business_id = $1
   and exists (select from unnest($2::text[]) as n (name) where position(n.name in lower(concat(params, content))) > 0)
