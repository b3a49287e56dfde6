-- Notes of a client, and of those merged into it.

-- name: page
-- The newest first. All are the client's who is asked for, also those written of one that was merged into them.
select uid, $2::text as client_uid, staff_uid, title, content, entity_uid, entity_type, created_at, updated_at
  from client_note
 where business_id = $1 and deleted_at is null
   and client_uid in (select $2 union all select c.uid from client c where c.business_id = $1 and c.merged_into = $2)
 order by uid desc
offset $3 limit $4

-- name: count
select count(*)
  from client_note
 where business_id = $1 and deleted_at is null
   and client_uid in (select $2 union all select c.uid from client c where c.business_id = $1 and c.merged_into = $2)

-- name: one
-- Of any client that is in the book (a merged one stands for whom it was merged into), or of this one.
select n.uid, coalesce(c.merged_into, c.uid) as client_uid, n.staff_uid, n.title, n.content, n.entity_uid, n.entity_type,
       n.created_at, n.updated_at
  from client_note n
  join client c on c.business_id = n.business_id and c.uid = n.client_uid and c.deleted_at is null
 where n.business_id = $1 and n.uid = $2 and n.deleted_at is null
   and ($3::text is null or coalesce(c.merged_into, c.uid) = $3)

-- name: add
insert into client_note (business_id, uid, client_uid, staff_uid, title, content, entity_uid, entity_type)
values ($1, $2, $3, $4, $5, $6, $7, $8)
returning uid, client_uid, staff_uid, title, content, entity_uid, entity_type, created_at, updated_at

-- name: edit
update client_note n set title = $3, content = $4, updated_at = now()
 where business_id = $1 and uid = $2 and deleted_at is null
returning uid,
          (select coalesce(c.merged_into, c.uid) from client c
            where c.business_id = n.business_id and c.uid = n.client_uid) as client_uid, staff_uid, title, content, entity_uid, entity_type, created_at, updated_at

-- name: delete
update client_note set deleted_at = now() where business_id = $1 and uid = $2
