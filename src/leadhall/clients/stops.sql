-- What people say about texts, by text. Consent is only ever added to.

-- name: people_of_number
-- Whose number it is within a business: on their card, or the one they agreed to texts for.
select uid from client where business_id = $1 and phone_e164 = $2 and merged_into is null and deleted_at is null
union
select client_uid from consent where business_id = $1 and address = $2 and channel = 'sms'

-- name: record
insert into consent (business_id, client_uid, uid, purpose, channel, address, value, act, lead_uid)
select $1::bigint, r.client_uid, r.uid, r.purpose, 'sms', $2::text, $3::boolean, $4::text, $5::text
  from unnest($6::text[], $7::text[], $8::text[]) as r (client_uid, uid, purpose)
