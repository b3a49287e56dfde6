-- name: answered
-- The first answer stands. Answers the uid when there was something to answer.
update conversation
   set first_answered_at = coalesce(first_answered_at, now()), business_unread = 0, awaits_since = null,
       last_business_action = 'answered_elsewhere', updated_at = now()
 where business_id = $1 and uid = $2 and deleted_at is null
   and (first_answered_at is null or awaits_since is not null or business_unread > 0)
returning uid
