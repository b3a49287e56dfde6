-- name: set
update staff set preferences = $3 where business_id = $1 and uid = $2

-- name: lock
select preferences from staff where business_id = $1 and uid = $2 and deleted_at is null for update
