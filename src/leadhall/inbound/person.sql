-- One person's rows in this room, within one business.

-- name: of
select at, channel, sender, recipient, fate, subject, text
  from inbound
 where business_id = $1 and (conversation_uid = any ($2::text[]) or lower(sender) = any ($3::text[]))
 order by uid

-- name: erase
delete from inbound where business_id = $1 and (conversation_uid = any ($2::text[]) or lower(sender) = any ($3::text[]))

-- name: forget_nobodys
select forget_nobodys($1, $2::text[])
