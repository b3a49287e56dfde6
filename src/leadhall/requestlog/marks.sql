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
           headers = null, answer = null, answer_type = null, answer_cut = false, email_mark = null, phone_mark = null, unique_id_mark = null
     where business_id = $1
       and (email_mark = any ($2::bytea[]) or phone_mark = any ($3::bytea[]) or unique_id_mark = any ($4::bytea[])
            or lead_uid = any ($5::text[]) or uid = any ($6::text[]))
    returning true
)
select count(*) from erased

-- name: erase_answers
-- What others were told of them; a type without an answer says that there was one.
update request_log
   set answer = null
 where business_id = $1 and answer is not null
   and (answer_cut or exists (select from unnest($2::text[]) as told (word)
                               where told.word <> '' and position(convert_to(told.word, 'UTF8') in answer) > 0))

-- name: erase_keys
-- Of their leads, and those whose kept answer names one of these uids.
delete from idempotency
 where business_id = $1
   and (conversation_uid = any ($2)
        or exists (select from unnest($3::text[]) as c (uid) where position(convert_to(c.uid, 'UTF8') in answer) > 0))

-- name: erase_repeats
delete from repeat where business_id = $1 and conversation_uid = any ($2)
