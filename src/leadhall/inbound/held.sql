-- What could not be placed for sure, until somebody decides. Read and settled within one business.

-- name: list
-- Newest first below a uid.
select uid, channel, sender, recipient, reason, subject, text, files, conversation_uid, at
  from inbound
 where business_id = $1 and fate = 'held' and settled_at is null and uid < $2
 order by uid desc
 limit $3

-- name: count
-- To $2 at most.
select count(*) from (select from inbound
                       where business_id = $1 and fate = 'held' and settled_at is null limit $2) n

-- name: settle
-- Nothing comes back where somebody was faster. What was released stands in its conversation; its text goes from here.
update inbound
   set settled_at = now(), fate = $3, message_uid = $4, text = null
 where business_id = $1 and uid = $2 and fate = 'held' and settled_at is null
returning true

-- name: one
select uid, channel, sender, recipient, reason, subject, text, files, conversation_uid, at
  from inbound
 where business_id = $1 and uid = $2 and fate = 'held' and settled_at is null
   for update
