-- Messages, read within one business: first which, along the keys alone, then all that is told of them.

-- name: of_conversation
select conversation_uid, uid
  from message
 where business_id = $1 and conversation_uid = $2 and ($3::timestamptz is null or created_at >= $3)
 order by uid desc
offset $4 limit $5

-- name: one
select conversation_uid, uid from message where business_id = $1 and conversation_uid = $2 and uid = $3

-- name: of_business
-- $2 is nobody here: those of one client are found by its conversations.
select conversation_uid, uid
  from message
 where business_id = $1 and $2::text is null and ($3::text is null or conversation_uid = $3)
 order by conversation_uid desc, uid desc
offset $4 limit $5

-- name: of_client
select m.conversation_uid, m.uid
  from conversation c
  join message m on m.business_id = c.business_id and m.conversation_uid = c.uid
 where c.business_id = $1 and c.client_uid = $2 and ($3::text is null or c.uid = $3)
 order by m.conversation_uid desc, m.uid desc
offset $4 limit $5

-- name: how_many
-- Of a business ($2: nobody), of one client, of one conversation; counted to $4.
select count(*)
  from (select from message m
         where m.business_id = $1 and ($3::text is null or m.conversation_uid = $3)
           and ($2::text is null or m.conversation_uid in (select c.uid from conversation c
                                                            where c.business_id = $1 and c.client_uid = $2))
         limit $4) n

-- name: said
select m.uid, m.conversation_uid, c.client_uid, c.title, m.direction, m.kind, m.text, m.parts, m.subject, m.channels,
       m.created_at, m.staff_uid, s.display_name as staff_name, u.email as staff_email,
       nullif(concat_ws(' ', u.first_name, u.last_name), '') as staff_full_name,
       case when l.message_uid = m.uid then l.operation end as operation, b.time_zone as zone, c.spam_at is not null as is_spam,
       case m.direction when 'client_to_business' then c.business_unread = 0 else c.client_unread = 0 end as is_read,
       (select coalesce(jsonb_agg(jsonb_build_object('channel', d.channel, 'recipient', d.recipient, 'state', d.state,
                                                     'reason', d.reason) order by d.channel, d.uid), '[]')
          from delivery d
         where d.business_id = $1 and d.lead_uid = m.conversation_uid and d.message_uid = m.uid and d.kind = 'reply') as deliveries
  from unnest($2::text[], $3::text[]) with ordinality n (conversation_uid, uid, place)
  join message m on m.business_id = $1 and m.conversation_uid = n.conversation_uid and m.uid = n.uid
  join conversation c on c.business_id = $1 and c.uid = m.conversation_uid
  join business b on b.id = $1
  left join lead l on l.business_id = $1 and l.conversation_uid = m.conversation_uid
  left join staff s on s.business_id = $1 and s.uid = m.staff_uid
  left join app_user u on u.id = s.user_id
 order by n.place
