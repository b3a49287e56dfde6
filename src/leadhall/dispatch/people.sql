-- name: crews
-- Businesses with their open members, the owner first.
select b.id, b.time_zone, b.country,
       coalesce((select jsonb_agg(jsonb_build_object(
                            'uid', s.uid, 'email', u.email, 'email_verified', u.email_verified_at is not null,
                            'mobile_number', s.mobile_number, 'verified_number', c.number, 'preferences', s.preferences)
                        order by s.uid is distinct from b.owner_staff_uid, s.created_at, s.uid)
                   from staff s
                   join app_user u on u.id = s.user_id
                   left join phone_check c on c.business_id = s.business_id and c.staff_uid = s.uid and c.verified_at is not null
                  where s.business_id = b.id and s.deleted_at is null and u.disabled_at is null), '[]') as people
  from business b
 where b.id = any ($1::bigint[])
