-- Which businesses a reader of the portal may look at.

-- name: businesses
-- Open businesses of a directory within scope; of an app ($2) only where it is installed, of a list ($3) only those.
select b.id, b.uid, b.name
  from business b
 where b.directory_id = $1 and b.closed_at is null
   and ($2::bigint is null or exists (select from app_installation i where i.app_id = $2 and i.business_id = b.id
                                                                        and i.uninstalled_at is null))
   and ($3::bigint[] is null or b.id = any ($3))
 order by lower(b.name), b.id
 limit 1000

-- name: business
select b.id, b.uid, b.name from business b where b.id = $1 and b.closed_at is null
