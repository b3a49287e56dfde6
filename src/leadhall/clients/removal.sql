-- name: free_keys
-- Its own, and those that merges brought it.
delete from client_key where business_id = $1 and client_uid = $2

-- name: put_away
-- Its revision.
update client
   set deleted_at = now(), updated_at = now(), revision = revision + 1
 where business_id = $1 and uid = $2 and deleted_at is null
returning revision
