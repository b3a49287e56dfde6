-- What is needed to write in a business's book.

-- name: desk
-- The business with its own fields in card order.
select b.uid, b.country, b.status_labels,
       coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'label', f.label, 'type', f.type, 'options', f.options)
                                  order by f.position, f.id)
                   from card_field f where f.business_id = b.id and f.deleted_at is null), '[]') as fields
  from business b
 where b.id = $1 and b.closed_at is null

-- name: hold
-- These clients, held in the order of their uids, as intake does.
select uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
       campaign, assigned_staff_uid, revision, created_at, updated_at
  from client
 where business_id = $1 and uid = any ($2) and deleted_at is null and merged_into is null
 order by uid
   for update of client
