-- name: where
select uid, time_zone from business where id = $1

-- name: create
-- The new row's id; nothing when the uid is taken, in whatever directory, or when there is no such directory.
insert into business (directory_id, uid, name, email, phone, address, website_url, country, time_zone, locale, currency,
                      repeat_window_s, status_labels, settings)
select d.id, $2, $3, nullif($4, ''), nullif($5, ''), nullif($6, ''), nullif($7, ''), $8, $9, $10, $11, $12, $13, $14
  from directory d
 where d.id = $1
    on conflict (uid) do nothing
returning id

-- name: directory_exists
select exists (select from directory where id = $1)

-- name: read
-- Businesses by id, with the names in use, in the order they were made.
select b.id, b.uid, b.directory_id, d.uid as directory_uid, b.name,
       (select n.spelled from business_name n
         where n.business_id = b.id and n.freed_at is null and 'nickname' = any (n.kinds)) as nickname,
       (select n.spelled from business_name n
         where n.business_id = b.id and n.freed_at is null and 'external_reference_id' = any (n.kinds))
           as external_reference_id,
       b.email, b.phone, b.address, b.website_url, b.country, b.time_zone, b.locale, b.currency, b.repeat_window_s,
       b.status_labels, b.owner_staff_uid, b.settings, b.created_at, b.updated_at, b.closed_at
  from business b join directory d on d.id = b.directory_id
 where b.id = any ($1::bigint[])
 order by b.id

-- name: id_of_uid
-- With a directory given, only if the business is that directory's.
select id from business where uid = $1 and ($2::bigint is null or directory_id = $2)

-- name: id_of_name
select business_id from business_name where directory_id = $1 and name = $2 and freed_at is null

-- name: page
-- The ids of one page, of one directory or of all.
select array(select id from business where ($1::bigint is null or directory_id = $1) and id > $2 order by id limit $3)

-- name: update
-- Null leaves a column as it is, '' clears it.
update business
   set name = coalesce($2, name),
       email = case when $3::text is null then email else nullif($3, '') end,
       phone = case when $4::text is null then phone else nullif($4, '') end,
       address = case when $5::text is null then address else nullif($5, '') end,
       website_url = case when $6::text is null then website_url else nullif($6, '') end,
       country = coalesce($7, country),
       time_zone = coalesce($8, time_zone),
       locale = coalesce($9, locale),
       currency = coalesce($10, currency),
       repeat_window_s = coalesce($11, repeat_window_s),
       status_labels = coalesce($12, status_labels),
       settings = coalesce($13, settings),
       updated_at = now()
 where id = $1

-- name: set_closed
update business set closed_at = case when $2 then coalesce(closed_at, now()) end, updated_at = now() where uid = $1

-- name: search
-- The ids of a directory's open businesses that fit, in the order they were made, and how many there are in all.
-- Null filters nothing. An email is the business's own or its owner's; an app's are those that have it.
with fitting as (
    select b.id
      from business b
      left join staff s on s.business_id = b.id and s.uid = b.owner_staff_uid
      left join app_user u on u.id = s.user_id
     where b.directory_id = $1
       and ($2::bigint[] is null or b.id = any ($2))
       and ($3::text is null or strpos(lower(b.name), lower($3)) > 0)
       and ($4::text is null or u.email_key = $4 or lower(b.email) = $4)
       and ($5::text is null or exists (select from business_name n where n.business_id = b.id and n.freed_at is null
                                           and n.name = $5 and 'nickname' = any (n.kinds)))
       and ($6::text is null or exists (select from business_name n where n.business_id = b.id and n.freed_at is null
                                           and n.name = $6 and 'external_reference_id' = any (n.kinds)))
       and ($7::boolean is null or (b.closed_at is not null) = $7)
       and ($10::bigint is null or exists (select from app_installation i
                                            where i.app_id = $10 and i.business_id = b.id and i.uninstalled_at is null))
)
select array(select id from fitting order by id limit $8 offset $9) as ids, (select count(*) from fitting) as total

-- name: owners
-- Who owns each business.
select b.id, s.uid as owner_uid, u.email as owner_email
  from business b join staff s on s.business_id = b.id and s.uid = b.owner_staff_uid join app_user u on u.id = s.user_id
 where b.id = any ($1::bigint[])

-- name: tell_more
update business set settings = settings || $2::jsonb, updated_at = now() where id = $1
