-- What letters tell, each of one business.

-- name: business
select b.id, b.uid, b.name, d.name as directory, b.email, b.phone, b.website_url, b.country, b.time_zone, b.locale,
       b.status_labels, b.settings
  from business b join directory d on d.id = b.directory_id
 where b.id = $1

-- name: staff
select s.uid, s.user_id, s.display_name, u.email, u.locale, u.email_verified_at is not null as verified
  from staff s join app_user u on u.id = s.user_id
 where s.business_id = $1 and s.uid = $2 and s.deleted_at is null

-- name: staff_of_address
select s.uid, s.user_id, s.display_name, u.email, u.locale, u.email_verified_at is not null as verified
  from staff s join app_user u on u.id = s.user_id
 where s.business_id = $1 and u.email_key = $2 and s.deleted_at is null

-- name: leads
-- Also of a conversation that staff began. Consents are those that came with the lead.
select c.uid as conversation_uid, coalesce(l.message_uid, '') as message_uid, c.title, c.source, c.source_url, c.is_test,
       coalesce(l.at, c.created_at) as at, coalesce(l.contact, c.contact, '{}') as contact,
       coalesce(m.parts, '[]') as parts, coalesce((l.facts ->> 'created')::boolean, false) as created,
       coalesce(k.status, 'lead') as status, coalesce(k.tags, '{}') as tags,
       coalesce((select jsonb_agg(jsonb_build_object('purpose', o.purpose, 'channel', o.channel, 'value', o.value) order by o.uid)
                   from consent o
                  where o.business_id = c.business_id and o.client_uid = c.client_uid and o.lead_uid = c.uid
                ), '[]') as consents
  from conversation c
  left join lead l on l.business_id = c.business_id and l.conversation_uid = c.uid
  left join message m on m.business_id = l.business_id and m.conversation_uid = l.conversation_uid and m.uid = l.message_uid
  left join client k on k.business_id = c.business_id and k.uid = c.client_uid
 where c.business_id = $1 and c.uid = any ($2::text[]) and c.deleted_at is null
 order by c.uid desc

-- name: message
select m.uid, m.direction, coalesce(m.text, '') as text, s.display_name as staff_name
  from message m
  left join staff s on s.business_id = m.business_id and s.uid = m.staff_uid
 where m.business_id = $1 and m.conversation_uid = $2 and m.uid = $3

-- name: hours_from_now
select now() + $1::int * interval '1 hour'

-- name: mail_thread
-- What went to and fro by mail before a message: ours by its dedupe, theirs by its Message-ID. The newest $4, oldest last.
select ours, id
  from ((select true as ours, d.dedupe as id, d.created_at as at
           from delivery d
          where d.business_id = $1 and d.lead_uid = $2 and d.channel = 'email' and d.kind in ('auto_reply', 'reply')
            and d.message_uid is distinct from $3 and (d.state in ('accepted', 'delivered') or d.reason = 'captured'))
        union all
        (select false, m.external_id, m.created_at
           from message m
          where m.business_id = $1 and m.conversation_uid = $2 and m.external_id is not null
            and m.direction = 'client_to_business' and 'email' = any (m.channels))) h
 where h.at <= (select w.created_at from message w where w.business_id = $1 and w.conversation_uid = $2 and w.uid = $3)
 order by h.at desc
 limit $4
