-- What a fan-out asks: who wants to hear of an event, and the rows that it tells of as they are now.

-- name: subscribers
-- Of events ($2) of businesses ($1): a business's own endpoints, its directory's, and those of apps that it has. An app
-- that was put out hears of that alone, and only of its own: `put_out` is its uid.
select b.id as business_id, e.id, e.url, s.entity || '/' || s.event_type as event,
       case when i.uninstalled_at is not null then (select a.uid from app a where a.id = e.app_id) end as put_out
  from business b
  join webhook_endpoint e on e.business_id = any (array[b.id, 0]) and e.directory_id = b.directory_id
  join webhook_subscription s on s.business_id = e.business_id and s.endpoint_id = e.id
  left join app_installation i on i.business_id = b.id and i.app_id = e.app_id
 where b.id = any ($1::bigint[]) and e.off_at is null and s.entity || '/' || s.event_type = any ($2)
   and (e.app_id is null or i.installed_at is not null
                            and (i.uninstalled_at is null or s.entity = 'app' and s.event_type = 'uninstalled'))
 order by b.id, e.id, s.id

-- name: endpoint
select e.id, e.url from webhook_endpoint e where e.id = $1

-- name: business
select id as business_id, uid, name, email, phone, owner_staff_uid, created_at, updated_at, closed_at
  from business where id = any ($1::bigint[])

-- name: client
-- Also one that was deleted or merged meanwhile: what happened is told of it as it stands. `shows_opt_in`: its card has
-- the field.
select c.business_id, c.uid, c.first_name, c.last_name, c.email, c.phone, c.phone_e164, c.address, c.fields, c.status,
       c.tags, c.source, c.source_url, c.channel, c.campaign, c.assigned_staff_uid, c.revision, c.created_at, c.updated_at,
       c.deleted_at is not null or c.merged_into is not null as is_gone,
       c.spam_at is not null as is_spam,
       exists (select from card_field f
                where f.business_id = c.business_id and f.type = 'opt-in' and f.deleted_at is null) as shows_opt_in,
       (select coalesce(jsonb_object_agg(f.label, c.fields ->> f.id), '{}') from card_field f
         where f.business_id = c.business_id and f.deleted_at is null and c.fields ? f.id) as labelled
  from unnest($1::bigint[], $2::text[]) as n (business_id, uid)
  join client c on c.business_id = n.business_id and c.uid = n.uid

-- name: conversation
select v.business_id, v.uid, v.client_uid, v.title, v.source, v.source_url, v.spam_at is not null as spam, v.updated_at,
       l.message_uid, l.contact, l.facts
  from unnest($1::bigint[], $2::text[]) as n (business_id, uid)
  join conversation v on v.business_id = n.business_id and v.uid = n.uid
  left join lead l on l.business_id = v.business_id and l.conversation_uid = v.uid

-- name: message
select m.business_id, m.uid, m.conversation_uid, m.client_uid, m.direction, m.kind, m.text, m.parts, m.staff_uid, m.channels,
       m.created_at
  from unnest($1::bigint[], $2::text[], $3::text[]) as n (business_id, conversation_uid, uid)
  join message m on m.business_id = n.business_id and m.conversation_uid = n.conversation_uid and m.uid = n.uid

-- name: staff
-- By the names that this business calls them; what they call themselves is their own.
select s.business_id, s.uid, s.role, s.display_name, s.mobile_number, s.created_at, s.deleted_at, u.email, s.first_name,
       s.last_name
  from unnest($1::bigint[], $2::text[]) as n (business_id, uid)
  join staff s on s.business_id = n.business_id and s.uid = n.uid
  join app_user u on u.id = s.user_id
