-- name: around
-- What surrounds these conversations.
select c.uid, c.campaign, c.source_type, c.source_url, coalesce(l.contact, c.contact, '{}') as contact,
       (select count(*) from message m where m.business_id = $1 and m.conversation_uid = c.uid) as message_count,
       (select m.uid from message m where m.business_id = $1 and m.conversation_uid = c.uid
         order by m.uid desc limit 1) as last_message_uid,
       jsonb_build_object('uid', c.client_uid, 'first_name', k.first_name, 'last_name', k.last_name, 'email', k.email,
                          'phone', k.phone) as client,
       case when s.uid is not null
            then jsonb_build_object('uid', s.uid, 'display_name', s.display_name, 'email', u.email) end as staff
  from unnest($2::text[]) n (uid)
  join conversation c on c.business_id = $1 and c.uid = n.uid
  join business b on b.id = $1
  left join lead l on l.business_id = $1 and l.conversation_uid = c.uid
  left join client k on k.business_id = $1 and k.uid = c.client_uid
  left join staff s on s.business_id = $1 and s.uid = coalesce(c.assigned_staff_uid, k.assigned_staff_uid, b.owner_staff_uid)
  left join app_user u on u.id = s.user_id
