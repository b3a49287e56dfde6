-- name: businesses_by_name
-- The open businesses that names in use stand for in a directory, each with the place (from 1) of its question; for an
-- app, only where it is installed. Looked up one by one ("limit"): where the planner has not heard yet how many businesses
-- were made, it would join all of them.
select asked.place, b.id, b.uid
  from unnest($2::text[], $3::bigint[]) with ordinality asked (name, app_id, place)
 cross join lateral (select n.business_id
                       from business_name n
                      where n.directory_id = $1 and n.name = asked.name and n.freed_at is null
                      limit 1) n
 cross join lateral (select b.id, b.uid from business b where b.id = n.business_id and b.closed_at is null limit 1) b
 where asked.app_id is null
    or exists (select from app_installation i
                where i.app_id = asked.app_id and i.business_id = b.id and i.uninstalled_at is null)
