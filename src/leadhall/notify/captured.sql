-- Mail and texts that were kept instead of sent.

-- name: keep
insert into captured (business_id, uid, channel, kind, sender, recipient, subject, text, html, message, lead_uid,
                      delivery_uid, because)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)

-- name: list
-- The newest first, of one business (null: of all).
select c.business_id, c.uid, c.at, c.channel, c.kind, c.sender, c.recipient, c.subject, c.text, c.html, c.message,
       c.lead_uid, c.delivery_uid, c.because, b.name as business
  from captured c
  left join business b on b.id = c.business_id
 where $1::bigint is null or c.business_id = $1
 order by c.uid desc
 limit $2

-- name: one
select c.business_id, c.uid, c.at, c.channel, c.kind, c.sender, c.recipient, c.subject, c.text, c.html, c.message,
       c.lead_uid, c.delivery_uid, c.because, b.name as business
  from captured c
  left join business b on b.id = c.business_id
 where c.uid = $1

-- name: drop_old
delete from captured where at < now() - $1::int * interval '1 day'
