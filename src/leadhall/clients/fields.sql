-- A business's own card fields.

-- name: list
-- In card order.
select id, label, type, object_type, options, required, keep_asking, default_value, forms, position, created_at
  from card_field
 where business_id = $1 and deleted_at is null
 order by position, id

-- name: one
select id, label, type, object_type, options, required, keep_asking, default_value, forms, position, created_at
  from card_field
 where business_id = $1 and id = $2 and deleted_at is null

-- name: next_position
-- After the last one.
select coalesce(max(position), 0) + 1 from card_field where business_id = $1

-- name: lock
-- Keeps two new fields of one card from taking the same place.
select pg_advisory_xact_lock(hashtextextended('card_field ' || $1::bigint::text, 0))

-- name: create
insert into card_field (business_id, id, label, label_key, type, object_type, options, required, keep_asking,
                        default_value, forms, position)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
returning id, label, type, object_type, options, required, keep_asking, default_value, forms, position, created_at

-- name: update
update card_field
   set label = $3, label_key = $4, options = $5, required = $6, keep_asking = $7, default_value = $8, forms = $9
 where business_id = $1 and id = $2 and deleted_at is null
returning id, label, type, object_type, options, required, keep_asking, default_value, forms, position, created_at

-- name: order
-- Places from 1 on, in the order of the ids given.
update card_field f set position = o.place
  from unnest($2::text[]) with ordinality as o (id, place)
 where f.business_id = $1 and f.id = o.id

-- name: delete
-- True when it was there.
update card_field set deleted_at = now() where business_id = $1 and id = $2 and deleted_at is null returning true
