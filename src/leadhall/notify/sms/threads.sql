-- Pairs of numbers and what they last spoke about.

-- name: remember
insert into text_thread (business_id, ours, theirs, conversation_uid) values ($1, $2, $3, $4)
    on conflict (business_id, ours, theirs) do update set conversation_uid = excluded.conversation_uid, at = now()

-- name: is_known
select exists (select from text_thread where business_id = $1 and ours = $2 and theirs = $3)

-- name: newest
-- Across businesses: a number may serve many, and the pair tells which. $1: our names on this line.
select t.business_id, t.conversation_uid
  from text_thread t
  join conversation c on c.business_id = t.business_id and c.uid = t.conversation_uid and c.deleted_at is null
 where t.theirs = $2 and t.ours = any ($1)
 order by t.at desc
 limit 20
