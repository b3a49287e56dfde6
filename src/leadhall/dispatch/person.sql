-- One person's deliveries, within one business.

-- name: of
-- By lead, by address, or as a webhook whose body names the client.
select uid, kind, channel, recipient, state, reason, created_at, settled_at
  from delivery
 where business_id = $1
   and (lead_uid = any ($2::text[]) or recipient_key = any ($3::text[])
        or (channel = 'webhook' and exists (select from unnest($4::text[]) as c (uid) where position(c.uid in payload ->> 'body') > 0)))
 order by uid

-- name: erase_attempts
delete from delivery_attempt where business_id = $1 and delivery_uid = any ($2)

-- name: erase
delete from delivery where business_id = $1 and uid = any ($2)
