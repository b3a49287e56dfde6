-- name: turn
-- Whether this process is the one that keeps house now; others have nothing to do.
select pg_try_advisory_xact_lock(506417601)

-- name: partitions
-- The days ahead made, those past their time dropped.
select keep_request_log(14, $1)

-- name: expired_keys
-- Idempotency keys past their time, a bite at a time.
delete from idempotency
 where (business_id, principal, operation, key) in
       (select business_id, principal, operation, key from idempotency where until < now() limit 10000)

-- name: expired_repeats
-- Folds past their window.
delete from repeat where until < now()
