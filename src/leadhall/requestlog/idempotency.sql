-- Idempotency keys of ordinary operations, within the transaction that does the work. (Intake claims its own.)

-- name: wait_at_most
-- How long a statement of this transaction waits for another's lock; '0' is for ever.
select set_config('lock_timeout', $1, true)

-- name: claim
-- True when the key is ours: it was never used, or its time is over. Waits while another transaction holds it.
insert into idempotency as i (business_id, principal, operation, key, fingerprint, request_uid, status, until)
values ($1, $2, $3, $4, $5, $6, 0, now() + interval '96 hours')
    on conflict (business_id, principal, operation, key) do update
   set fingerprint = excluded.fingerprint, request_uid = excluded.request_uid, status = 0, content_type = null,
       answer = null, conversation_uid = null, until = excluded.until
 where i.until <= now()
returning true

-- name: first
-- What was told to who used the key first.
select fingerprint, status, content_type, answer
  from idempotency
 where business_id = $1 and principal = $2 and operation = $3 and key = $4

-- name: keep
-- The answer, for whoever asks again.
update idempotency
   set status = $5, content_type = $6, answer = $7
 where business_id = $1 and principal = $2 and operation = $3 and key = $4
