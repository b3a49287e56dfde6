-- name: claim
-- True when the name is the business's now; nothing when it is another's, or was until less than 90 days ago.
insert into business_name (directory_id, name, spelled, kinds, business_id)
values ($1, $2, $3, array[$4::text], $5)
    on conflict (directory_id, name) do update
   set spelled = excluded.spelled,
       kinds = case when business_name.freed_at is not null then excluded.kinds
                    else array_remove(business_name.kinds, $4::text) || excluded.kinds end,
       business_id = excluded.business_id,
       freed_at = null
 where business_name.business_id = excluded.business_id
    or business_name.freed_at < now() - interval '90 days'
returning true

-- name: free
update business_name
   set kinds = case when kinds = array[$2::text] then kinds else array_remove(kinds, $2::text) end,
       freed_at = case when kinds = array[$2::text] then now() end
 where business_id = $1 and freed_at is null and $2::text = any (kinds)
