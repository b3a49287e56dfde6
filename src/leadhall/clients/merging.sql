-- Two clients made one, within one business; both are held.

-- name: keys
-- What finds the client, also what earlier merges brought it.
select kind, key, moved_from from client_key where business_id = $1 and client_uid = $2 order by kind, key

-- name: take_keys
-- Keys of $2 find $3 from now on; each remembers whom it was made for.
update client_key set client_uid = $3, moved_from = coalesce(moved_from, $2) where business_id = $1 and client_uid = $2

-- name: lead_on
-- Who had been merged into $2 now stands for $3: merges are one step deep, so that all reads are one step long.
update client set merged_into = $3 where business_id = $1 and merged_into = $2 returning uid

-- name: merge
update client
   set merged_into = $3, revision = revision + 1
 where business_id = $1 and uid = $2
returning uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
          campaign, assigned_staff_uid, revision, created_at, updated_at

-- name: keep
insert into client_merge (business_id, uid, kept_uid, merged_uid, actor, moved) values ($1, $2, $3, $4, $5, $6)
returning uid, kept_uid, merged_uid, actor, moved, at, undone_at, undone_by

-- name: list
select uid, kept_uid, merged_uid, actor, moved, at, undone_at, undone_by
  from client_merge
 where business_id = $1 and (kept_uid = $2 or merged_uid = $2)
 order by uid desc
 limit $3

-- name: hold_merge
select uid, kept_uid, merged_uid, actor, moved, at, undone_at, undone_by
  from client_merge
 where business_id = $1 and uid = $2
   for update of client_merge

-- name: lead_back
update client set merged_into = $3 where business_id = $1 and uid = any ($2) and merged_into = $4

-- name: give_keys
-- Back to $2, as they were, what $3 still has of them.
update client_key k
   set client_uid = $2, moved_from = m.moved_from
  from unnest($4::text[], $5::text[], $6::text[]) as m (kind, key, moved_from)
 where k.business_id = $1 and k.kind = m.kind and k.key = m.key and k.client_uid = $3

-- name: part
update client
   set merged_into = null, revision = revision + 1
 where business_id = $1 and uid = $2
returning uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
          campaign, assigned_staff_uid, revision, created_at, updated_at

-- name: own_email
select key from client_key where business_id = $1 and client_uid = $2 and kind = 'email' and moved_from is null

-- name: undone
update client_merge set undone_at = now(), undone_by = $3 where business_id = $1 and uid = $2

-- name: count_on
-- How many messages the kept client had, and how many the other brings.
update client k
   set message_count = k.message_count + m.message_count
  from client m
 where k.business_id = $1 and k.uid = $3 and m.business_id = $1 and m.uid = $2
returning k.message_count - m.message_count, m.message_count

-- name: count_back
update client
   set message_count = case when uid = $2 then greatest(message_count, $3)
                            when message_count = $5::bigint + $6::bigint then $5 else message_count end
 where business_id = $1 and uid in ($2, $4)
