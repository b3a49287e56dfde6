-- What the statement of intake has just done, for a dry run: read in its transaction, before that is rolled back.

-- name: seen
-- The client's card, what was suggested for it by this lead, and what the outbox would tell. Business, client, lead.
select c.first_name, c.last_name, c.email, c.phone, c.address, c.fields, c.tags,
       coalesce((select jsonb_agg(jsonb_build_object('field', s.field, 'value', s.value) order by s.field, s.value)
                   from suggestion s
                  where s.business_id = $1 and s.client_uid = $2 and s.last_lead = $3), '[]') as suggested,
       o.facts -> 'events' as events, o.facts -> 'notifications' as notices, (o.facts -> 'is_test')::boolean as is_test
  from client c
  join outbox o on o.business_id = $1 and o.uid = $3
 where c.business_id = $1 and c.uid = $2
