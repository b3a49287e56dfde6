-- name: put
update conversation set deleted_at = now(), updated_at = now()
 where business_id = $1 and client_uid = $2 and deleted_at is null
returning uid

-- name: spam
update conversation
   set spam_at = case when $3::boolean then now() end, updated_at = now()
 where business_id = $1 and client_uid = $2 and (spam_at is not null) <> $3
