-- One person's rows in this room, within one business; $2 are the uids of their client and of those merged into it.

-- name: uids
-- Also of one that was put away; held.
select uid
  from client
 where business_id = $1 and ((uid = $2 and merged_into is null) or merged_into = $2)
 order by uid
   for update of client

-- name: country
select country from business where id = $1

-- name: addresses
-- All that stood on their cards, and all their keys.
select 'email' as kind, email as value from client where business_id = $1 and uid = any ($2) and email is not null
union select 'phone', phone from client where business_id = $1 and uid = any ($2) and phone is not null
union select kind, key from client_key where business_id = $1 and (client_uid = any ($2) or moved_from = any ($2))
union select c.field, v.value
        from card_change c cross join lateral (values (c.was), (c.becomes)) as v (value)
       where c.business_id = $1 and c.client_uid = any ($2) and c.field in ('email', 'phone', 'unique_id') and v.value is not null

-- name: of_others
-- Which of these emails and numbers another client has.
select key as value from client_key
 where business_id = $1 and kind = 'email' and key = any ($3) and client_uid <> all ($2)
union
select phone_e164 from client
 where business_id = $1 and phone_e164 = any ($4) and uid <> all ($2) and merged_into is null and deleted_at is null

-- name: card
select uid, first_name, last_name, email, phone, phone_e164, address, status, tags, source, source_url, channel, campaign,
       preferred_language, created_at, updated_at, edited_at, deleted_at, merged_into,
       (select coalesce(jsonb_object_agg(coalesce(f.label, e.key), e.value), '{}')
          from jsonb_each_text(c.fields) e
          left join card_field f on f.business_id = c.business_id and f.id = e.key) as fields
  from client c
 where business_id = $1 and uid = any ($2)
 order by uid

-- name: keys
select kind, key from client_key where business_id = $1 and (client_uid = any ($2) or moved_from = any ($2)) order by kind, key

-- name: consents
select at, purpose, channel, address, value, act, wording, page, visitor_ip, visitor_user_agent, captured_at, lead_uid
  from consent
 where business_id = $1 and client_uid = any ($2)
 order by at, uid

-- name: history
select at, field, was, becomes, actor, because
  from card_change
 where business_id = $1 and client_uid = any ($2)
 order by at, uid

-- name: suggestions
select field, value, times, first_lead, last_lead, first_at, last_at, accepted, settled_at
  from suggestion
 where business_id = $1 and client_uid = any ($2)
 order by first_at, field

-- name: suspected_pairs
select because, times, first_at, last_at, settled_at
  from suspected_pair
 where business_id = $1 and (a_uid = any ($2) or b_uid = any ($2))
 order by first_at

-- name: merges
select kept_uid, merged_uid, at, undone_at
  from client_merge
 where business_id = $1 and (kept_uid = any ($2) or merged_uid = any ($2))
 order by uid

-- name: notes
select title, content, created_at, updated_at
  from client_note
 where business_id = $1 and client_uid = any ($2) and deleted_at is null
 order by uid

-- name: forget
select forget_client($1, $2)

-- name: erase_keys
delete from client_key where business_id = $1 and (client_uid = any ($2) or moved_from = any ($2))

-- name: erase_suggestions
delete from suggestion where business_id = $1 and client_uid = any ($2)

-- name: erase_pairs
delete from suspected_pair where business_id = $1 and (a_uid = any ($2) or b_uid = any ($2))

-- name: erase_merges
delete from client_merge where business_id = $1 and (kept_uid = any ($2) or merged_uid = any ($2))

-- name: erase_notes
delete from client_note where business_id = $1 and client_uid = any ($2)

-- name: erase_clients
delete from client where business_id = $1 and uid = any ($2)
