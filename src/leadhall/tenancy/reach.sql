-- name: business_by_name
-- The open business that a name in use stands for in a directory; for an app, only if it is installed there.
select b.id, b.uid
  from business_name n
  join business b on b.id = n.business_id
 where n.directory_id = $1 and n.name = $2 and n.freed_at is null and b.closed_at is null
   and ($3::bigint is null
        or exists (select from app_installation i
                    where i.app_id = $3 and i.business_id = b.id and i.uninstalled_at is null))
