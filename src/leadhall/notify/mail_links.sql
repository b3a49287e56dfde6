-- Links in mails. Times are the database's.

-- name: make
insert into mail_link (business_id, hash, act, user_id, staff_uid, conversation_uid, address, expires_at)
values ($1, $2, $3, $4, $5, $6, $7, now() + $8::int * interval '1 hour')

-- name: find
-- Found by its hash alone, while it may be used: 256 random bits are nobody's guess. Staff who left have no links.
select m.business_id, m.hash, m.act, m.user_id, m.staff_uid, m.conversation_uid, m.address, b.name as business,
       coalesce(u.locale, b.locale) as locale, c.title as lead_title, l.contact as lead_contact
  from mail_link m
  left join business b on b.id = m.business_id
  left join app_user u on u.id = m.user_id
  left join conversation c on c.business_id = m.business_id and c.uid = m.conversation_uid
  left join lead l on l.business_id = m.business_id and l.conversation_uid = m.conversation_uid
 where m.hash = $1 and m.used_at is null and m.expires_at > now()
   and (m.staff_uid is null or exists (select from staff s where s.business_id = m.business_id and s.uid = m.staff_uid
                                                             and s.deleted_at is null))

-- name: use
update mail_link set used_at = now()
 where business_id = $1 and hash = $2 and used_at is null and expires_at > now()
returning true

-- name: forget
delete from mail_link where hash = $1

-- name: asked_lately
select exists (select from mail_link
                where business_id = $1 and user_id = $2 and act = 'verify_email' and created_at > now() - interval '1 day')

-- name: entries_lately
select count(*) from mail_link
 where business_id = 0 and user_id = $1 and act = 'sign_in' and created_at > now() - interval '1 hour'

-- name: drop_dead
delete from mail_link where expires_at < now() - interval '1 day'
