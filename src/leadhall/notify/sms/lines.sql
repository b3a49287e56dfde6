-- Whose account and whose number it is.

-- name: accounts
-- Profiles that name this account: a directory's or a business's. The installation's stands in the environment.
select business_id, directory_id, settings, sealed
  from sender_profile
 where channel = 'sms' and settings ->> 'account_sid' = $1
 order by business_id, directory_id
 limit 50

-- name: own
-- Businesses whose own profile names this end of the line ($1: the number, and the service it belongs to).
select p.business_id
  from sender_profile p
 where p.channel = 'sms' and p.business_id > 0
   and (p.settings ->> 'number' = any ($1::text[]) or p.settings ->> 'messaging_service' = any ($1::text[]))
 order by p.business_id
 limit 3

-- name: shared
-- Open businesses that may share a line: of these directories, or ($2) of the whole installation. Three tell that it is
-- shared; no more are needed.
select b.id from business b where b.closed_at is null and ($2 or b.directory_id = any ($1::bigint[])) order by b.id limit 3

-- name: acquainted
-- Of those, the businesses that know this number ($3) as a client's; one by one, by their index.
select b.id
  from business b
 where b.closed_at is null and ($2 or b.directory_id = any ($1::bigint[]))
   and exists (select from client c where c.business_id = b.id and c.phone_e164 = $3 and c.deleted_at is null and c.merged_into is null)
 order by b.id
 limit 3

-- name: named
-- The first of our end's names ($1) that a profile holds: of these directories ($2) and what lies within, of these
-- businesses ($3), or ($4) of anybody.
select n.name
  from unnest($1::text[]) with ordinality n (name, place)
 where exists (select from sender_profile p
                 left join business b on b.id = p.business_id
                where p.channel = 'sms' and n.name in (p.settings ->> 'number', p.settings ->> 'messaging_service')
                  and ($4 or coalesce(b.directory_id, p.directory_id) = any ($2::bigint[]) or p.business_id = any ($3::bigint[])))
 order by n.place
 limit 1
