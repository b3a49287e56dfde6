-- The rows of one person in the log of one business.

-- name: unique_id_marks
select uid, unique_id_mark from request_log where business_id = $1 and uid = any ($2) and unique_id_mark is not null

-- name: rows
select uid, at, operation, status, host(ip) as ip, user_agent, body
  from request_log
 where business_id = $1
   and (email_mark = any ($2::bytea[]) or phone_mark = any ($3::bytea[]) or unique_id_mark = any ($4::bytea[])
        or lead_uid = any ($5::text[]) or uid = any ($6::text[]))
 order by uid

-- name: erase
-- The row stays as a figure: when, which operation, which status.
with erased as (
    update request_log
       set body = null, truncated = false, facts = '{"erased": true}', user_agent = null, ip = null, client_request_id = null,
           email_mark = null, phone_mark = null, unique_id_mark = null
     where business_id = $1
       and (email_mark = any ($2::bytea[]) or phone_mark = any ($3::bytea[]) or unique_id_mark = any ($4::bytea[])
            or lead_uid = any ($5::text[]) or uid = any ($6::text[]))
    returning true
)
select count(*) from erased

-- name: erase_keys
delete from idempotency where business_id = $1 and conversation_uid = any ($2)

-- name: erase_repeats
delete from repeat where business_id = $1 and conversation_uid = any ($2)
