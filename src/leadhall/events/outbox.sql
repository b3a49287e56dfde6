-- name: append
-- One row, and a word to whoever waits for it.
with added as (
    insert into outbox (business_id, uid, kind, facts) values ($1, $2, $3, $4) on conflict do nothing returning uid
)
select pg_notify('leadhall_outbox', '') from added

-- name: append_many
-- Many rows, and one word; facts as one JSON list in the order of the uids.
with added as (
    insert into outbox (business_id, uid, kind, facts)
    select $1::bigint, u.uid, $3::text, $4::jsonb -> (u.n::int - 1)
      from unnest($2::text[]) with ordinality as u (uid, n)
    returning uid
)
select pg_notify('leadhall_outbox', '') from added limit 1

-- name: withdraw
delete from outbox where business_id = $1 and facts ->> 'client_uid' = any ($2)
