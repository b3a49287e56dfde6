-- name: answered
-- The first answer stands.
update conversation
   set first_answered_at = coalesce(first_answered_at, now()), business_unread = 0,
       last_business_action = 'answered_elsewhere', updated_at = now()
 where business_id = $1 and uid = $2 and deleted_at is null
