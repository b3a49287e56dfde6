-- Tokens that callers list, make and revoke by API, within the scope of their transaction.

-- name: list
-- Living tokens, masked, the one that asks ($10) first, then the newest: those of a directory, or of one business, one
-- member of staff, one app. The one that asks is there, whichever businesses it is limited to.
select t.uid, t.principal, t.kind, t.label, t.hint, d.uid as directory_uid, b.uid as business_uid, t.staff_uid,
       a.uid as app_uid, t.client_uid, t.scopes,
       (select array_agg(o.uid order by o.id) from business o where o.id = any (t.only_businesses)) as only_businesses,
       t.cidrs::text[] as cidrs, t.mode, t.created_at, t.expires_at, t.last_used_at
  from token t
  join directory d on d.id = t.directory_id
  left join business b on b.id = t.business_id
  left join app a on a.id = t.app_id
 where t.directory_id = $1 and t.revoked_at is null and coalesce(t.expires_at > now(), true)
   and ($2::bigint is null or t.business_id = $2)
   and ($3::text is null or t.staff_uid = $3)
   and ($4::bigint is null or t.app_id = $4)
   and ($5::bigint[] is null or t.business_id = any ($5) or t.uid = $10)
   and ($6::text is null or $6 in (a.uid, a.client_id, a.code_name, a.id::text))
   and ($7::text is null or t.kind = 'directory' and $7 in (d.uid, d.id::text))
   and ($8::text is null or exists (select from staff s join app_user u on u.id = s.user_id
                                     where s.business_id = t.business_id and s.uid = t.staff_uid
                                       and $8 in (s.uid, u.uid, u.id::text)))
   and t.kind <> 'client'
 order by t.uid = $10 desc, t.uid desc
 limit $9

-- name: revoke
-- The same, by the token's own hash or uid or by whose it is; answers the hints of those that lived.
update token t set revoked_at = now()
 where t.directory_id = $1 and t.revoked_at is null
   and ($2::bigint is null or t.business_id = $2)
   and ($3::text is null or t.staff_uid = $3)
   and ($4::bigint is null or t.app_id = $4)
   and ($5::bigint[] is null or t.business_id = any ($5))
   and ($6::text is null or t.app_id in (select a.id from app a where $6 in (a.uid, a.client_id, a.code_name, a.id::text)))
   and ($7::text is null or t.kind = 'directory' and $7 in (select unnest(array[d.uid, d.id::text]) from directory d where d.id = t.directory_id))
   and ($8::text is null or exists (select from staff s join app_user u on u.id = s.user_id
                                     where s.business_id = t.business_id and s.uid = t.staff_uid
                                       and $8 in (s.uid, u.uid, u.id::text)))
   and ($9::bytea is null or t.hash = $9)
   and ($10::text is null or t.uid = $10)
returning t.uid, t.hint, t.business_id

-- name: staff_of_user
-- The membership that a user or a member of staff means, in one business if one is given.
select s.business_id, s.uid
  from staff s join app_user u on u.id = s.user_id
 where s.deleted_at is null and $1 in (s.uid, u.uid, u.id::text) and ($2::bigint is null or s.business_id = $2)
 order by s.created_at, s.uid
 limit 1

-- name: owner_of
-- Whom a business's token is for: its owner, else who serves it longest.
select coalesce(
    (select s.uid from business b join staff s on s.business_id = b.id and s.uid = b.owner_staff_uid
      where b.id = $1 and s.deleted_at is null),
    (select s.uid from staff s where s.business_id = $1 and s.deleted_at is null order by s.created_at, s.uid limit 1))

-- name: app_named
select id from app a where directory_id = $1 and $2 in (a.uid, a.client_id, a.code_name, a.id::text)

-- name: directory_named
select id from directory where id = $1 and $2 in (uid, id::text)
