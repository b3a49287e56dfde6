-- name: append
-- One row, and a word to whoever waits for it.
with added as (
    insert into outbox (business_id, uid, kind, facts) values ($1, $2, $3, $4) on conflict do nothing returning uid
)
select pg_notify('leadhall_outbox', '') from added
