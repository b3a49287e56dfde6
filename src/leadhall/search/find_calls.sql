-- name: find
-- Needs the function of find.sql.
select find_docs($1, $2, $3, $4, $5, $6, $7) as uid

-- name: living_conversations
-- Those of these that are neither in the trash nor of a client who is.
select v.uid
  from conversation v join client c on c.business_id = v.business_id and c.uid = v.client_uid
 where v.business_id = $1 and v.uid = any ($2) and v.deleted_at is null and c.deleted_at is null

-- name: conversations_of_clients
-- The newest $3 conversations of these clients.
select v.uid
  from conversation v
 where v.business_id = $1 and v.client_uid = any ($2) and v.deleted_at is null
 order by v.uid desc limit $3
