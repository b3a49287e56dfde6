-- Messages out and in, written within one business. The client's row is locked before the conversation's.

-- name: whose
-- Also of a conversation in the trash.
select client_uid from conversation where business_id = $1 and uid = $2

-- name: take_turn
select message_revision, client_revision from take_turn($1, $2)

-- name: answer
-- Out: the answer stops the clock and whoever writes it has the conversation, unless somebody has. What was put into the
-- trash comes back: nothing leaves from there.
with before as (
    select assigned_staff_uid, deleted_at from conversation where business_id = $1 and uid = $2 for update
), thread as (
    update conversation c
       set last_business_action = 'message', first_answered_at = coalesce(c.first_answered_at, now()), awaits_since = null,
           business_unread = 0, client_unread = c.client_unread + 1,
           assigned_staff_uid = coalesce(c.assigned_staff_uid, $8), deleted_at = null, updated_at = now()
      from before
     where c.business_id = $1 and c.uid = $2
 returning c.is_test, before.assigned_staff_uid is null and $8::text is not null as claimed,
           before.deleted_at is not null as reopened
), written as (
    insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, text, channels, staff_uid,
                         token_uid, subject, external_id, parts)
    values ($1, $2, $3, $4, $5, 'business_to_client', $6, $7, $8, $9, $10, $11, $12)
 returning uid, conversation_uid, client_uid, revision, created_at
)
select w.*, t.claimed, t.reopened, t.is_test, l.conversation_uid as lead_uid, l.facts -> 'notifications' as asked
  from written w cross join thread t
  left join lead l on l.business_id = $1 and l.conversation_uid = w.conversation_uid

-- name: ask
-- In: the client waits from the first word that nobody answered. Spam stays spam.
with before as (
    select archived_at, deleted_at from conversation where business_id = $1 and uid = $2 for update
), thread as (
    update conversation c
       set last_client_action = 'message', awaits_since = coalesce(c.awaits_since, now()), client_unread = 0,
           business_unread = c.business_unread + 1, archived_at = null, deleted_at = null, updated_at = now()
      from before
     where c.business_id = $1 and c.uid = $2
 returning c.is_test, before.archived_at is not null or before.deleted_at is not null as reopened
), written as (
    insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, text, channels, staff_uid,
                         token_uid, subject, external_id, parts)
    values ($1, $2, $3, $4, $5, 'client_to_business', $6, $7, $8, $9, $10, $11, $12)
 returning uid, conversation_uid, client_uid, revision, created_at
)
select w.*, false as claimed, t.reopened, t.is_test, l.conversation_uid as lead_uid, l.facts -> 'notifications' as asked
  from written w cross join thread t
  left join lead l on l.business_id = $1 and l.conversation_uid = w.conversation_uid

-- name: begin
-- Without a lead, whom it is with is what the card says now.
insert into conversation (business_id, uid, client_uid, title, is_test, awaits_since, contact)
select k.business_id, $2, k.uid,
       coalesce($4, nullif(concat_ws(' ', k.first_name, k.last_name), ''), k.email, k.phone, k.uid),
       k.is_test or $5, null,
       jsonb_strip_nulls(jsonb_build_object('first_name', k.first_name, 'last_name', k.last_name, 'email', k.email,
                                            'phone', k.phone, 'phone_e164', k.phone_e164, 'address', k.address))
  from client k
 where k.business_id = $1 and k.uid = $3 and k.deleted_at is null and k.merged_into is null
returning uid

-- name: newest_with
select uid from conversation where business_id = $1 and client_uid = $2 and deleted_at is null order by uid desc limit 1
