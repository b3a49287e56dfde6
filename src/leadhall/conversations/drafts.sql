-- name: keep
-- One a person and conversation; none where there is no such conversation.
insert into draft (business_id, conversation_uid, staff_uid, text, channels)
select c.business_id, c.uid, $3, $4, $5 from conversation c where c.business_id = $1 and c.uid = $2
    on conflict (business_id, conversation_uid, staff_uid) do update
   set text = excluded.text, channels = excluded.channels, updated_at = now()
returning text, channels, updated_at

-- name: one
select text, channels, updated_at from draft where business_id = $1 and conversation_uid = $2 and staff_uid = $3

-- name: clear
delete from draft where business_id = $1 and conversation_uid = $2 and staff_uid = $3
