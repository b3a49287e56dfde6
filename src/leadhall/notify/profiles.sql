-- Sender profiles.

-- name: get
select settings, sealed from sender_profile where business_id = $1 and directory_id = $2 and channel = $3

-- name: set
-- $6: what was verified is still so.
insert into sender_profile (business_id, directory_id, channel, settings, sealed) values ($1, $2, $3, $4, $5)
    on conflict (business_id, directory_id, channel) do update
   set settings = excluded.settings, sealed = excluded.sealed, updated_at = now(),
       verified_at = case when $6 then sender_profile.verified_at end

-- name: record_checks
-- The first verification stands until one fails.
update sender_profile
   set checks = $3, checked_at = now(), verified_at = case when $4 then coalesce(verified_at, now()) end
 where business_id = $1 and directory_id = $2 and channel = 'email'
returning true

-- name: list
select p.business_id, p.directory_id, p.channel, coalesce(b.name, d.name, 'this installation') as owner, p.settings,
       p.checks, p.checked_at, p.verified_at
  from sender_profile p
  left join business b on b.id = p.business_id
  left join directory d on d.id = p.directory_id
 order by p.business_id, p.directory_id, p.channel
