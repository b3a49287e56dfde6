-- name: add
insert into staff_notification (business_id, uid, staff_uid, template_code_name, locale, params, delivery_channels, content,
                                made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: one
-- Its deliveries are those whose dedupe begins with its uid.
select n.uid, n.staff_uid, n.template_code_name, n.locale, n.params, n.delivery_channels, n.content, n.created_at, n.read_at,
       (select coalesce(jsonb_agg(jsonb_build_object(
                            'channel', d.channel, 'state', d.state, 'reason', d.reason,
                            'put_off', (select count(*) from delivery_attempt a
                                         where a.business_id = $1 and a.delivery_uid = d.uid and a.outcome = 'later'))
                        order by d.uid), '[]')
          from delivery d
         where d.business_id = $1 and d.dedupe >= n.uid || ':' and d.dedupe < n.uid || ';') as deliveries
  from staff_notification n
 where n.business_id = $1 and n.uid = $2

-- name: pane
-- The newest $3 that are shown in the inbox of $2; what became of the other ways is not asked.
select n.uid, n.staff_uid, n.template_code_name, n.locale, n.params, n.delivery_channels, n.content, n.created_at, n.read_at,
       '[]'::jsonb as deliveries
  from staff_notification n
 where n.business_id = $1 and n.staff_uid = $2 and 'pane' = any (n.delivery_channels)
 order by n.uid desc
 limit $3

-- name: read
update staff_notification set read_at = now() where business_id = $1 and staff_uid = $2 and uid = $3 and read_at is null

-- name: content
-- What a mail or text of it says.
select n.content, n.locale from staff_notification n where n.business_id = $1 and n.uid = $2
