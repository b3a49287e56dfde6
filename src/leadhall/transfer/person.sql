-- name: erase
delete from import_item
 where business_id = $1
   and (client_uid = any ($2::text[])
        or exists (select from unnest($3::text[]) as a (address) where position(a.address in lower(cells::text)) > 0))
