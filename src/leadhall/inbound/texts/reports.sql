-- name: delivery
-- A text as its report finds it, with the provider's id for it once that is known.
select recipient, facts ->> 'provider_uid' as provider_uid
  from delivery
 where business_id = $1 and uid = $2 and channel = 'sms'
