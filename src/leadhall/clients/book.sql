-- The book of clients, read within one business. Both walls stand: row security, and business_id in every statement.
-- Clients that were deleted or merged into others are not in it.

-- name: page
-- Newest first. Filters: from when, until when (null: any time), with or without a phone (null: either), below which
-- uid. The page is found by its keys alone, so that a deep one reads no cards on the way.
select c.uid, c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.address, c.fields, c.status, c.tags, c.source,
       c.source_url, c.channel, c.campaign, c.assigned_staff_uid, c.revision, c.created_at, c.updated_at
  from (select uid
          from client
         where business_id = $1 and deleted_at is null and merged_into is null
           and ($2::timestamptz is null or updated_at >= $2)
           and ($3::timestamptz is null or updated_at <= $3)
           and ($4::boolean is null or (phone is not null) = $4)
           and uid < $5
         order by uid desc
        offset $6 limit $7) page
  join client c on c.business_id = $1 and c.uid = page.uid
 order by c.uid desc

-- name: some
-- These clients, newest first.
select uid, first_name, last_name, email, phone, phone_e164, address, fields, status, tags, source, source_url, channel,
       campaign, assigned_staff_uid, revision, created_at, updated_at
  from client
 where business_id = $1 and uid = any ($2) and deleted_at is null and merged_into is null
 order by uid desc

-- name: uids_by_key
-- Whose key this is: nobody's or one client's.
select client_uid from client_key where business_id = $1 and kind = $2 and key = $3

-- name: uids_by_number
-- Who has this E.164 number; several may.
select uid from client where business_id = $1 and phone_e164 = $2 limit 1000

-- name: uids_by_raw_phone
-- Who has a phone written exactly so, where it is no number we can read.
select uid from client
 where business_id = $1 and left(phone, 80) = left($2::text, 80) and phone = $2 and phone_e164 is null and phone is not null
 limit 1000

-- name: keys_of
-- What finds a client, its email first; of one that was merged what found it and now finds whom it was merged into.
select kind, key
  from client_key
 where business_id = $1 and (client_uid = $2 and moved_from is null or moved_from = $2)
 order by kind, moved_from nulls first

-- name: changed
-- Who changed from when until when, filtered as a page is; at most $6, found by the time of the change.
select uid
  from client
 where business_id = $1 and deleted_at is null and merged_into is null
   and updated_at >= $2 and updated_at <= $3
   and ($4::boolean is null or (phone is not null) = $4)
   and uid < $5
 order by updated_at
 limit $6
