-- Many clients of one business at once. Both walls stand: row security, and business_id in every statement.

-- name: holders
select k.kind, k.key, k.client_uid
  from unnest($2::text[], $3::text[]) as w (kind, key)
  join client_key k on k.business_id = $1 and k.kind = w.kind and k.key = w.key

-- name: standing
-- Of these uids those that were ever used, and whether their client is in the book.
select uid, deleted_at is null and merged_into is null as lives from client where business_id = $1 and uid = any ($2)

-- name: claim_many
-- How many of the keys nobody had. In one order, as intake claims them.
with claimed as (
    insert into client_key (business_id, kind, key, client_uid)
    select $1::bigint, * from unnest($2::text[], $3::text[], $4::text[]) as k (kind, key, client_uid) order by 2, 3
        on conflict (business_id, kind, key) do nothing
    returning 1
)
select count(*) from claimed

-- name: insert_many
insert into client (business_id, uid, first_name, last_name, email, phone, address, source, source_url, channel, campaign,
                    status, assigned_staff_uid, phone_e164, fields, tags)
select $1::bigint, r.*
  from jsonb_to_recordset($2::jsonb) as r (uid text, first_name text, last_name text, email text, phone text, address text,
                                           source text, source_url text, channel text, campaign text, status text,
                                           assigned_staff_uid text, phone_e164 text, fields jsonb, tags text[])
returning uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
          campaign, assigned_staff_uid, revision, created_at, updated_at

-- name: store_many
-- Whole cards anew. They were edited by hand: from then on intake only suggests.
update client c
   set first_name = r.first_name, last_name = r.last_name, email = r.email, phone = r.phone, address = r.address,
       source = r.source, source_url = r.source_url, channel = r.channel, campaign = r.campaign, status = r.status,
       assigned_staff_uid = r.assigned_staff_uid, phone_e164 = r.phone_e164, fields = r.fields, tags = r.tags,
       edited_at = now(), revision = c.revision + 1, updated_at = now()
  from jsonb_to_recordset($2::jsonb) as r (uid text, first_name text, last_name text, email text, phone text, address text,
                                           source text, source_url text, channel text, campaign text, status text,
                                           assigned_staff_uid text, phone_e164 text, fields jsonb, tags text[])
 where c.business_id = $1 and c.uid = r.uid
returning c.uid, c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.address, c.fields, c.status, c.tags, c.source,
          c.source_url, c.channel, c.campaign, c.assigned_staff_uid, c.revision, c.created_at, c.updated_at

-- name: note_many
insert into card_change (business_id, client_uid, uid, field, was, becomes, actor, because)
select $1::bigint, c.client_uid, c.uid, c.field, c.was, c.becomes, $2::text, $3::text
  from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as c (client_uid, uid, field, was, becomes)

-- name: unique_ids
select client_uid, key from client_key
 where business_id = $1 and client_uid = any ($2) and kind = 'unique_id' and moved_from is null
