-- name: newest
-- Needs the functions of find.sql.
select uids, reached, again from find_newest($1, $2, $3, $4, $5, $6)

-- name: indexed
select find_indexed($1, $2, $3, $4, $5, $6, $7) as uid

-- name: living_conversations
-- Those of these that are neither in the trash nor of a client who is. Asked one by one: a plan for any of them may take
-- another index of conversations, and read all of it.
select v.uid
  from unnest($2::text[]) as k (uid)
  join conversation v on v.business_id = $1 and v.uid = k.uid and v.deleted_at is null
  join client c on c.business_id = $1 and c.uid = v.client_uid and c.deleted_at is null

-- name: conversations_of_clients
-- The newest $3 conversations of these clients.
select v.uid
  from conversation v
 where v.business_id = $1 and v.client_uid = any ($2) and v.deleted_at is null
 order by v.uid desc limit $3
