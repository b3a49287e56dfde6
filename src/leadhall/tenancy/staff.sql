-- name: add
-- The membership's uid; nothing when the person serves the business, the uid is taken or there is no such business.
insert into staff (business_id, uid, user_id, role, display_name, professional_title, mobile_number, first_name, last_name)
select b.id, $2, $3, $4, $5, $6, $7, $8, $9
  from business b
 where b.id = $1 and not exists (select from staff s where s.uid = $2)
    on conflict (business_id, user_id) do update
   set role = excluded.role, display_name = excluded.display_name, professional_title = excluded.professional_title,
       mobile_number = excluded.mobile_number, first_name = excluded.first_name, last_name = excluded.last_name,
       deleted_at = null
 where staff.deleted_at is not null
returning uid

-- name: business_exists
select exists (select from business where id = $1)

-- name: uid_is_taken
select exists (select from staff where uid = $1)

-- name: own
-- The first owner stays until another is chosen on purpose.
update business set owner_staff_uid = $2 where id = $1 and owner_staff_uid is null

-- name: is_owner
select owner_staff_uid is not distinct from $2 from business where id = $1

-- name: get
select s.uid, s.business_id, s.user_id, u.uid as user_uid, u.email, s.first_name, s.last_name, s.role, s.display_name,
       s.professional_title, s.mobile_number, s.preferences, s.invite_sent_at, s.created_at, s.deleted_at
  from staff s join app_user u on u.id = s.user_id
 where s.business_id = $1 and s.uid = $2

-- name: list
select s.uid, s.business_id, s.user_id, u.uid as user_uid, u.email, s.first_name, s.last_name, s.role, s.display_name,
       s.professional_title, s.mobile_number, s.preferences, s.invite_sent_at, s.created_at, s.deleted_at
  from staff s
  join app_user u on u.id = s.user_id
  join business b on b.id = s.business_id
 where s.business_id = $1 and ($2 or s.deleted_at is null)
 order by s.uid is distinct from b.owner_staff_uid, s.created_at, s.uid

-- name: note_invitation
update staff set invite_sent_at = now() where business_id = $1 and uid = $2

-- name: remove
-- This and the next two answer whether it is news.
update staff set deleted_at = now() where business_id = $1 and uid = $2 and deleted_at is null
returning true

-- name: role
select role from staff where business_id = $1 and uid = $2 and deleted_at is null

-- name: set_role
update staff set role = $3 where business_id = $1 and uid = $2 and deleted_at is null and role <> $3
returning true

-- name: set_mobile_number
update staff set mobile_number = $3
 where business_id = $1 and uid = $2 and deleted_at is null and mobile_number is distinct from $3
returning true
