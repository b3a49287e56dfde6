-- Which businesses a reader of the portal may look at: open ones of a directory ($1) within scope; of an app ($2) only where
-- it is installed, of a list ($3) only those.

-- name: oldest
-- By name; of more than $4 the oldest, so that the names of ten thousand are not sorted for each page.
select id, uid, name
  from (select b.id, b.uid, b.name
          from business b
         where b.directory_id = $1 and b.closed_at is null
           and ($2::bigint is null or exists (select from app_installation i where i.app_id = $2 and i.business_id = b.id
                                                                                and i.uninstalled_at is null))
           and ($3::bigint[] is null or b.id = any ($3))
         order by b.id
         limit $4) oldest
 order by lower(name), id

-- name: holding
-- The first $4 by name whose name holds $5, in any case.
select b.id, b.uid, b.name
  from business b
 where b.directory_id = $1 and b.closed_at is null and strpos(lower(b.name), lower($5)) > 0
   and ($2::bigint is null or exists (select from app_installation i where i.app_id = $2 and i.business_id = b.id
                                                                        and i.uninstalled_at is null))
   and ($3::bigint[] is null or b.id = any ($3))
 order by lower(b.name), b.id
 limit $4

-- name: one
select b.id, b.uid, b.name
  from business b
 where b.uid = $4 and b.directory_id = $1 and b.closed_at is null
   and ($2::bigint is null or exists (select from app_installation i where i.app_id = $2 and i.business_id = b.id
                                                                        and i.uninstalled_at is null))
   and ($3::bigint[] is null or b.id = any ($3))

-- name: business
select b.id, b.uid, b.name from business b where b.id = $1 and b.closed_at is null
