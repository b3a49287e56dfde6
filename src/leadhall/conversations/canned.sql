-- name: all
select uid, title, text, staff_uid, updated_at from canned_reply where business_id = $1 order by lower(title), uid

-- name: add
-- None for a title that is taken, and none beyond $6.
insert into canned_reply (business_id, uid, title, text, staff_uid)
select $1, $2, $3, $4, $5 where (select count(*) from canned_reply where business_id = $1) < $6::int
    on conflict (business_id, title) do nothing
returning uid, title, text, staff_uid, updated_at

-- name: change
update canned_reply set title = $3, text = $4, updated_at = now()
 where business_id = $1 and uid = $2
returning uid, title, text, staff_uid, updated_at

-- name: remove
delete from canned_reply where business_id = $1 and uid = $2 returning uid
