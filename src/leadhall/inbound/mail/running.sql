-- name: turn
-- Of the session, so that no transaction is held while a mail server thinks.
select pg_try_advisory_lock(506417604)

-- name: turn_ends
select pg_advisory_unlock(506417604)
