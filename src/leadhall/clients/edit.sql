-- A card changed by hand, within one business. Both walls stand: row security, and business_id in every statement.

-- name: own_key
-- The key of a kind that is the client's own, not brought by a merge.
select key from client_key where business_id = $1 and client_uid = $2 and kind = $3 and moved_from is null

-- name: release
-- Who comes by this key from now on is somebody else.
delete from client_key where business_id = $1 and client_uid = $2 and kind = $3 and moved_from is null

-- name: claim
-- True when nobody had it.
insert into client_key (business_id, kind, key, client_uid) values ($1, $2, $3, $4)
    on conflict (business_id, kind, key) do nothing
returning true

-- name: holder
select client_uid from client_key where business_id = $1 and kind = $2 and key = $3

-- name: serves
select exists (select from staff where business_id = $1 and uid = $2 and deleted_at is null)

-- name: store
-- The whole card anew. $17: it was edited by hand, and from then on intake only suggests.
update client
   set first_name = $3, last_name = $4, email = $5, phone = $6, address = $7, source = $8, source_url = $9, channel = $10,
       campaign = $11, status = $12, assigned_staff_uid = $13, phone_e164 = $14, fields = $15, tags = $16,
       edited_at = case when $17 then now() else edited_at end,
       revision = revision + 1, updated_at = now()
 where business_id = $1 and uid = $2
returning uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
          campaign, assigned_staff_uid, revision, created_at, updated_at

-- name: note
-- Rows of the history: uids, fields, what was, what becomes.
insert into card_change (business_id, client_uid, uid, field, was, becomes, actor, because)
select $1::bigint, $2::text, c.uid, c.field, c.was, c.becomes, $3::text, $4::text
  from unnest($5::text[], $6::text[], $7::text[], $8::text[]) as c (uid, field, was, becomes)
