-- name: timeline
-- Newest first, before the item ($3, $4). Notices are what the lead's deliveries say; webhooks are not for its reader.
with thread as (
    select uid, client_uid, created_at from conversation where business_id = $1 and uid = $2
)
select h.kind, h.uid, h.at, h.staff_uid, s.display_name as staff_name, h.data
  from ((select 'message' as kind, m.uid, m.created_at as at, m.staff_uid,
                jsonb_build_object(
                    'direction', m.direction, 'kind', m.kind, 'text', m.text, 'parts', m.parts, 'channels', m.channels,
                    'subject', m.subject,
                    'deliveries', (select coalesce(jsonb_agg(jsonb_build_object(
                                              'uid', d.uid, 'channel', d.channel, 'recipient', d.recipient, 'state', d.state,
                                              'reason', d.reason, 'last_error', d.last_error) order by d.channel, d.uid), '[]')
                                     from delivery d
                                    where d.business_id = $1 and d.lead_uid = $2 and d.message_uid = m.uid and d.kind = 'reply')
                ) as data
           from message m
          where m.business_id = $1 and m.conversation_uid = $2 and ($3::timestamptz is null or (m.created_at, m.uid) < ($3, $4))
          order by m.uid desc limit $5)
        union all
        (select 'act', a.uid, a.at, a.staff_uid,
                jsonb_build_object('act', a.act, 'facts', a.facts, 'token_uid', a.token_uid,
                                   'to_name', (select t.display_name from staff t
                                                where t.business_id = $1 and t.uid = a.facts ->> 'staff_uid'))
           from conversation_act a
          where a.business_id = $1 and a.conversation_uid = $2 and ($3::timestamptz is null or (a.at, a.uid) < ($3, $4))
          order by a.uid desc limit $5)
        union all
        (select 'notice', d.uid, d.created_at, d.payload ->> 'staff_uid',
                jsonb_build_object('kind', d.kind, 'channel', d.channel, 'recipient', d.recipient, 'state', d.state,
                                   'reason', d.reason, 'last_error', d.last_error, 'settled_at', d.settled_at)
           from delivery d
          where d.business_id = $1 and d.lead_uid = $2 and d.kind not in ('reply', 'webhook')
            and ($3::timestamptz is null or (d.created_at, d.uid) < ($3, $4))
          order by d.created_at desc limit $5)
        union all
        (select 'change', g.uid, g.at, (select t.uid from staff t where t.business_id = $1 and t.uid = g.actor),
                jsonb_build_object('field', g.field, 'was', g.was, 'becomes', g.becomes, 'because', g.because, 'actor', g.actor)
           from card_change g join thread c on g.client_uid = c.client_uid and g.at >= c.created_at
          where g.business_id = $1 and ($3::timestamptz is null or (g.at, g.uid) < ($3, $4))
          order by g.uid desc limit $5)) h
  left join staff s on s.business_id = $1 and s.uid = h.staff_uid
 order by h.at desc, h.uid desc
 limit $5
