-- name: take
-- Under the row's lock, so that a client's messages have no gap and no double. A person who was put away still writes.
update client set message_count = message_count + 1, revision = revision + 1
 where business_id = $1 and uid = $2
returning message_count, revision
