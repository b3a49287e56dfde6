-- What came in, once each. Whose it is was found before; 0: nobody can tell.

-- name: keep
-- Nothing comes back for what is there already: the other side told it twice.
insert into inbound (business_id, uid, channel, dedupe, sender, recipient, fate, reason, subject, text, files,
                     conversation_uid, message_uid, delivery_uid)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    on conflict (business_id, channel, dedupe) do nothing
returning uid

-- name: is_known
select exists (select from inbound where business_id = $1 and channel = $2 and dedupe = $3)

-- name: had_lately
-- Whether the pair's last day saw this fate before: whoever was told how to stop need not be told again.
select exists (select from inbound
                where business_id = $1 and channel = 'sms' and sender = $2 and fate = $3 and at > now() - interval '1 day')
