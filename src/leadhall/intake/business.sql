-- name: business_facts
-- A row for each open business asked for: with its card fields in card order and every name that is its own or its
-- directory's.
select b.id, b.uid, b.directory_id, b.name, b.country, b.locale, b.repeat_window_s, b.status_labels,
       array(select n.name from business_name n where n.business_id = b.id and n.freed_at is null)
           || b.uid || d.uid as own_names,
       coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'label', f.label, 'type', f.type, 'options', f.options)
                                  order by f.position, f.id)
                   from card_field f where f.business_id = b.id and f.deleted_at is null), '[]') as fields
  from business b join directory d on d.id = b.directory_id
 where b.id = any ($1::bigint[]) and b.closed_at is null

-- name: knows_key
-- True when a client is filed under the key.
select exists (select from client_key where business_id = $1 and kind = $2 and key = $3)
