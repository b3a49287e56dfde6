-- Acts on conversations. Both walls stand: row security, and business_id in every statement.

-- name: lock
-- Those of these that are there, also in the trash, locked in the order of their uids.
select c.uid, c.client_uid, c.is_test, c.business_unread, c.assigned_staff_uid, c.archived_at, c.spam_at, c.deleted_at,
       c.follow_up_since, c.follow_up_on, c.follow_up_message, c.campaign, c.source_type, now() as now,
       (select k.revision from client k where k.business_id = c.business_id and k.uid = c.client_uid) as client_revision,
       (select l.conversation_uid from lead l where l.business_id = c.business_id and l.conversation_uid = c.uid) as lead_uid
  from unnest($2::text[]) as k (uid)
  join conversation c on c.business_id = $1 and c.uid = k.uid
 order by c.uid
   for update of c

-- name: write
-- The columns in the order of acts.State.
update conversation
   set business_unread = $3, assigned_staff_uid = $4, archived_at = $5, spam_at = $6, deleted_at = $7,
       follow_up_since = $8, follow_up_on = $9, follow_up_message = $10, campaign = $11, source_type = $12, updated_at = now()
 where business_id = $1 and uid = $2

-- name: record
insert into conversation_act (business_id, conversation_uid, uid, act, staff_uid, token_uid, facts)
values ($1, $2, $3, $4, $5, $6, $7)
