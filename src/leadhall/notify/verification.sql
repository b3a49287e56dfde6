-- Codes that were texted. Times are the database's.

-- name: ask
-- $5 minutes it lives, $6 seconds between two, $7 a day. Nothing comes back for who asks too often.
insert into phone_check as c (business_id, staff_uid, number, code_mark, expires_at)
values ($1, $2, $3, $4, now() + $5::int * interval '1 minute')
    on conflict (business_id, staff_uid) do update
   set number = excluded.number, code_mark = excluded.code_mark, expires_at = excluded.expires_at, tries = 0,
       verified_at = case when c.number = excluded.number then c.verified_at end,
       asked_today = case when c.asked_at::date = now()::date then c.asked_today + 1 else 1 end, asked_at = now()
 where c.asked_at < now() - $6::int * interval '1 second' and (c.asked_at::date < now()::date or c.asked_today < $7)
returning true

-- name: numbers
select staff_uid, number from phone_check where business_id = $1 and verified_at is not null

-- name: try
-- Counts the try; the mark of the code while it may be tried.
update phone_check set tries = tries + 1
 where business_id = $1 and staff_uid = $2 and code_mark is not null and expires_at > now() and tries < $3
returning code_mark

-- name: verified
update phone_check set verified_at = now(), code_mark = null, expires_at = null
 where business_id = $1 and staff_uid = $2
returning true
